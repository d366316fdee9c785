import { databases } from "../../dao/resources/databases.ts";
import { READ_DATABASE } from "../access.ts";
import { listTool } from "../list_tool.ts";

export const listDatabases = listTool({
  name: "list_databases",
  title: "List databases",
  description:
    "The database connections the caller may reach. Then get_database_info for what is " +
    "allowed on one.",
  kind: "database",
  access: READ_DATABASE,
  resource: databases,
  filterHint: "database_name, expose_in_sqllab, allow_file_upload, created_by_fk, changed_by_fk",
  audited: true,
  direction: "desc",
});
