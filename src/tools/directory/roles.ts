import { roles } from "../../dao/resources/people.ts";
import { READ_ROLE } from "../access.ts";
import { infoTool } from "../info_tool.ts";
import { listTool } from "../list_tool.ts";

export const listRoles = listTool({
  name: "list_roles",
  title: "List roles",
  description: "All roles, by name. Then get_role_info for what one allows.",
  kind: "role",
  access: READ_ROLE,
  resource: roles,
  filterHint: "name",
});

export const getRoleInfo = infoTool({
  name: "get_role_info",
  title: "Get role info",
  description: "One role by id: its permissions, and who has it directly.",
  kind: "role",
  access: READ_ROLE,
  resource: roles,
  identifierHint: "Id",
});
