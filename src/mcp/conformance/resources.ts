/** The suite's resources. */
import {
  type ReadResourceResult,
  type Resource,
  ResourceNotFoundError,
  type ResourceTemplateType,
} from "@modelcontextprotocol/server";
import { RED_PIXEL_PNG } from "./media.ts";

export const FIXTURE_RESOURCES: readonly Resource[] = [
  {
    uri: "test://static-text",
    name: "static-text",
    description: "A text that never changes.",
    mimeType: "text/plain",
  },
  {
    uri: "test://static-binary",
    name: "static-binary",
    description: "A picture that never changes.",
    mimeType: "image/png",
  },
  {
    uri: "test://watched-resource",
    name: "watched-resource",
    description: "A resource to subscribe to.",
    mimeType: "text/plain",
  },
];

export const FIXTURE_TEMPLATES: readonly ResourceTemplateType[] = [
  {
    uriTemplate: "test://template/{id}/data",
    name: "template-data",
    description: "Data about an id of your choice.",
    mimeType: "application/json",
  },
];

const OF_TEMPLATE = /^test:\/\/template\/([^/]+)\/data$/;

/** @throws ResourceNotFoundError (-32602 with the URI, as the revision 2026-07-28 wants it) */
export function readFixtureResource(uri: string): ReadResourceResult {
  switch (uri) {
    case "test://static-text":
      return text(uri, "This is the content of the static text resource.");
    case "test://static-binary":
      return { contents: [{ uri, mimeType: "image/png", blob: RED_PIXEL_PNG }] };
    case "test://watched-resource":
      return text(uri, "Watched resource content.");
  }
  const id = OF_TEMPLATE.exec(uri)?.[1];
  if (id === undefined) throw new ResourceNotFoundError(uri);
  const data = { id, templateTest: true, data: `Data for ID: ${id}` };
  return { contents: [{ uri, mimeType: "application/json", text: JSON.stringify(data) }] };
}

function text(uri: string, content: string): ReadResourceResult {
  return { contents: [{ uri, mimeType: "text/plain", text: content }] };
}
