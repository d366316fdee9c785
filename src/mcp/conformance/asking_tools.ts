/** The suite's tools that ask the person, the client's model or the client before they answer. */
import {
  type ContentBlock,
  type InputRequests,
  inputRequired,
  ProtocolError,
  ProtocolErrorCode,
} from "@modelcontextprotocol/server";
import type { Dialogue } from "../handlers.ts";
import {
  acceptedField,
  ask,
  askModel,
  askRoots,
  formAnswer,
  modelText,
  rootsOf,
} from "./asking.ts";
import type { FixtureTool, ToolAnswer } from "./tools.ts";
import { DEFAULTS_FORM, ENUMS_FORM } from "./forms.ts";

const NAME = { name: { type: "string" } } as const;
const OK = { ok: { type: "boolean" } } as const;

/** Asks with a form, then answers what came back. */
function formTool(description: string, form: typeof DEFAULTS_FORM): FixtureTool {
  return {
    description,
    call(_, { responses }) {
      const given = formAnswer(responses, "form");
      if (!given) {
        return inputRequired({ inputRequests: { form: ask("Please fill in", form, []) } });
      }
      return text(`Elicitation completed: action=${given.action}, content=${given.content}`);
    },
  };
}

export const ASKING_TOOLS: Readonly<Record<string, FixtureTool>> = {
  test_sampling: {
    description: "Asks the client's model.",
    properties: { prompt: { type: "string", description: "The prompt to send to the model" } },
    call({ prompt }, { responses }) {
      const said = modelText(responses, "sampling");
      if (said !== null) return text(`LLM response: ${said}`);
      return inputRequired({ inputRequests: { sampling: askModel(String(prompt), 100) } });
    },
  },
  test_elicitation: {
    description: "Asks the person for a name and an address.",
    properties: { message: { type: "string", description: "The message to show the user" } },
    call({ message }, { responses }) {
      const given = formAnswer(responses, "user");
      if (given) return text(`User response: action=${given.action}, content=${given.content}`);
      return inputRequired({
        inputRequests: {
          user: ask(String(message), {
            username: { type: "string", description: "User's response" },
            email: { type: "string", description: "User's email address" },
          }),
        },
      });
    },
  },
  test_elicitation_sep1034_defaults: formTool("A form with defaults.", DEFAULTS_FORM),
  test_elicitation_sep1330_enums: formTool("A form with every kind of choice.", ENUMS_FORM),
  test_streaming_elicitation: {
    description: "Asks the person to go on.",
    call: (_, { responses }) =>
      formAnswer(responses, "go_on")
        ? text("Went on")
        : inputRequired({ inputRequests: { go_on: ask("Go on?", OK) } }),
  },
  test_missing_capability: {
    description: "Needs a client with a model.",
    call: (_, { responses }) =>
      modelText(responses, "sampling") !== null
        ? text("The client has a model")
        : inputRequired({ inputRequests: { sampling: askModel("Are you there?", 10) } }),
  },
  test_input_required_result_elicitation: {
    description: "Asks for a name.",
    call(_, { responses }) {
      const name = acceptedField(responses, "user_name", "name");
      if (typeof name === "string") return text(`Hello, ${name}!`);
      return inputRequired({ inputRequests: { user_name: ask("What is your name?", NAME) } });
    },
  },
  test_input_required_result_sampling: {
    description: "Asks the client's model a question.",
    call(_, { responses }) {
      const capital = modelText(responses, "capital_question");
      if (capital !== null) return text(capital);
      return inputRequired({
        inputRequests: { capital_question: askModel("What is the capital of France?", 100) },
      });
    },
  },
  test_input_required_result_list_roots: {
    description: "Asks for the client's roots.",
    call(_, { responses }) {
      const roots = rootsOf(responses, "client_roots");
      if (roots) return text(`Roots: ${JSON.stringify(roots)}`);
      return inputRequired({ inputRequests: { client_roots: askRoots() } });
    },
  },
  test_input_required_result_request_state: {
    description: "Asks to confirm, and checks its own state.",
    call: (_, dialogue) => confirm(dialogue, () => text("state-ok")),
  },
  test_input_required_result_tampered_state: {
    description: "Asks to confirm; a state that was changed on the way is refused.",
    call: (_, dialogue) => confirm(dialogue, () => text("Confirmed")),
  },
  test_input_required_result_multiple_inputs: {
    description: "Asks for three things at once.",
    async call(_, dialogue) {
      const { responses, state } = dialogue;
      const name = acceptedField(responses, "user_name", "name");
      const greeting = modelText(responses, "greeting");
      const roots = rootsOf(responses, "client_roots");
      if (state === "three" && typeof name === "string" && greeting !== null && roots) {
        return text(`${greeting} ${name}, of ${roots.length} roots`);
      }
      return inputRequired({
        inputRequests: {
          user_name: ask("What is your name?", NAME),
          greeting: askModel("Generate a greeting", 50),
          client_roots: askRoots(),
        },
        requestState: await dialogue.sealState("three"),
      });
    },
  },
  test_input_required_result_multi_round: {
    description: "Asks twice.",
    async call(_, dialogue) {
      const { responses, state } = dialogue;
      const name = acceptedField(responses, "step1", "name");
      const color = acceptedField(responses, "step2", "color");
      const known = isNamed(state) ? state.name : name;
      if (isNamed(state) && typeof color === "string") return text(`${known} likes ${color}`);
      if (typeof known !== "string") {
        return await next("first", { step1: ask("Step 1: What is your name?", NAME) });
      }
      return await next({ name: known }, {
        step2: ask("Step 2: What is your favorite color?", { color: { type: "string" } }),
      });

      async function next(value: unknown, inputRequests: InputRequests): Promise<ToolAnswer> {
        return inputRequired({ inputRequests, requestState: await dialogue.sealState(value) });
      }
    },
  },
  test_input_required_result_capabilities: {
    description: "Asks only for what the client can do.",
    call(_, { capabilities, responses }) {
      if (responses) return text("Thank you");
      const inputRequests: InputRequests = {
        ...(capabilities?.sampling ? { greeting: askModel("Generate a greeting", 50) } : {}),
        ...(capabilities?.elicitation ? { user_name: ask("What is your name?", NAME) } : {}),
        ...(capabilities?.roots ? { client_roots: askRoots() } : {}),
      };
      if (Object.keys(inputRequests).length > 0) return inputRequired({ inputRequests });
      return text("The client can be asked for nothing");
    },
  },
};

async function confirm(dialogue: Dialogue, then: () => ToolAnswer): Promise<ToolAnswer> {
  if (acceptedField(dialogue.responses, "confirm", "ok") !== undefined) {
    if (dialogue.state === "confirming") return then();
    throw new ProtocolError(ProtocolErrorCode.InvalidParams, "The requestState is missing.");
  }
  return inputRequired({
    inputRequests: { confirm: ask("Please confirm", OK) },
    requestState: await dialogue.sealState("confirming"),
  });
}

function isNamed(state: unknown): state is { name: string } {
  return typeof state === "object" && state !== null && "name" in state;
}

function text(content: string): ToolAnswer {
  const block: ContentBlock = { type: "text", text: content };
  return { content: [block] };
}
