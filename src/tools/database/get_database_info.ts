import { databases } from "../../dao/resources/databases.ts";
import { READ_DATABASE } from "../access.ts";
import { infoTool } from "../info_tool.ts";

export const getDatabaseInfo = infoTool({
  name: "get_database_info",
  title: "Get database info",
  description:
    "One database connection by id or UUID: its engine and what may be done on it. Never " +
    "an address or a password.",
  kind: "database",
  access: READ_DATABASE,
  resource: databases,
  identifierHint: "Id or UUID",
  columns: [
    "id",
    "uuid",
    "database_name",
    "backend",
    "expose_in_sqllab",
    "allow_ctas",
    "allow_cvas",
    "allow_dml",
    "allow_file_upload",
    "allow_run_async",
    "cache_timeout",
    "configuration_method",
    "force_ctas_schema",
    "impersonate_user",
    "is_managed_externally",
    "external_url",
    "extra",
    "changed_by",
    "changed_on",
    "changed_on_humanized",
    "created_by",
    "created_on",
    "created_on_humanized",
  ],
});
