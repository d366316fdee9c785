/** Requests for the person's input, and reading what came back. */
import {
  type ElicitRequestFormParams,
  type InputRequest,
  inputRequired,
} from "@modelcontextprotocol/server";

type Properties = ElicitRequestFormParams["requestedSchema"]["properties"];
type Responses = Readonly<Record<string, unknown>> | undefined;

/** A form with these fields, all required unless `required` names fewer. */
export function ask(
  message: string,
  properties: Properties,
  required = Object.keys(properties),
): InputRequest {
  return inputRequired.elicit({
    message,
    requestedSchema: { type: "object", properties, required },
  });
}

/** Asks the client's model. */
export function askModel(prompt: string, maxTokens: number): InputRequest {
  return inputRequired.createMessage({
    messages: [{ role: "user", content: { type: "text", text: prompt } }],
    maxTokens,
  });
}

/** Asks for the client's roots. */
export function askRoots(): InputRequest {
  return inputRequired.listRoots();
}

/** One field of an accepted form; undefined when it was declined, or is not there. */
export function acceptedField(responses: Responses, key: string, field: string): unknown {
  const { action, content } = fieldsOf(responses?.[key]);
  return action === "accept" ? fieldsOf(content)[field] : undefined;
}

/** The text that the client's model answered; null when it did not. */
export function modelText(responses: Responses, key: string): string | null {
  const { text } = fieldsOf(fieldsOf(responses?.[key]).content);
  return typeof text === "string" ? text : null;
}

/** The roots that the client named; null when it did not answer. */
export function rootsOf(responses: Responses, key: string): readonly unknown[] | null {
  const { roots } = fieldsOf(responses?.[key]);
  return Array.isArray(roots) ? roots : null;
}

/** What a form came back as, for the suite's own way to print it. */
export function formAnswer(
  responses: Responses,
  key: string,
): { action: string; content: string } | null {
  const { action, content } = fieldsOf(responses?.[key]);
  return typeof action === "string" ? { action, content: JSON.stringify(content ?? {}) } : null;
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? value as Record<string, unknown> : {};
}
