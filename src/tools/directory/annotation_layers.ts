import { annotationLayers } from "../../dao/resources/annotation_layers.ts";
import { READ_ANNOTATION } from "../access.ts";
import { infoTool } from "../info_tool.ts";
import { listTool } from "../list_tool.ts";

export const listAnnotationLayers = listTool({
  name: "list_annotation_layers",
  title: "List annotation layers",
  description: "Layers of events that charts can show on their time axis.",
  kind: "annotation_layer",
  access: READ_ANNOTATION,
  resource: annotationLayers,
  filterHint: "name, created_by_fk",
});

export const getAnnotationLayerInfo = infoTool({
  name: "get_annotation_layer_info",
  title: "Get annotation layer info",
  description: "One annotation layer by id, with its annotations.",
  kind: "annotation_layer",
  access: READ_ANNOTATION,
  resource: annotationLayers,
  identifierHint: "Id",
});
