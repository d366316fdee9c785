/**
 * Who may use which tool: Superset's permissions, by the names that its own MCP service and REST API
 * check (6.1). Where versions of Flask-AppBuilder name a view differently, any of the names will do.
 */
import type { Access } from "./define_tool.ts";

const can = (method: string, view: string): Access => [{ method, view }];

export const READ_CHART = can("can_read", "Chart");
export const READ_DASHBOARD = can("can_read", "Dashboard");
export const READ_DATASET = can("can_read", "Dataset");
export const READ_DATABASE = can("can_read", "Database");
export const READ_TAG = can("can_read", "Tag");
export const READ_SAVED_QUERY = can("can_read", "SavedQuery");
export const READ_ANNOTATION = can("can_read", "Annotation");
export const READ_REPORT = can("can_read", "ReportSchedule");
/** The view of the rules themselves; `RowLevelSecurity` stands in Gamma's role and opens none. */
export const READ_RLS = can("can_read", "Row Level Security");
export const READ_ROLE: Access = [
  { method: "can_get", view: "Role" },
  { method: "can_list", view: "RoleModelView" },
];
export const READ_USER: Access = [
  { method: "can_get", view: "User" },
  { method: "can_list", view: "UserDBModelView" },
];
export const EXECUTE_SQL = can("can_execute_sql_query", "SQLLab");
export const EXPORT_CSV = can("can_export_csv", "SQLLab");
export const READ_SQL_LAB = can("can_read", "SQLLab");
/** Who may look up people's names: whoever Superset shows the owners' pickers of its editors. */
export const FIND_USERS: Access = [
  { method: "can_read", view: "Chart" },
  { method: "can_read", view: "Dashboard" },
  { method: "can_read", view: "Dataset" },
];
