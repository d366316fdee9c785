/**
 * What Superset 6.1 gives its own roles (superset/security/manager.py `sync_role_definitions`), cut
 * to the views that a client of the service can meet: one line a view, its methods after it.
 */

export type PermissionTable = Readonly<Record<string, string>>;

export const GAMMA: PermissionTable = {
  "Action Log": "menu_access",
  Api: "can_query can_query_form_data can_time_range",
  AvailableDomains: "can_read",
  CacheRestApi: "can_invalidate",
  Chart: "can_export can_read can_tag can_write",
  Charts: "menu_access",
  CssTemplate: "can_read",
  CurrentUserRestApi: "can_read can_write",
  Dashboard:
    "can_cache_dashboard_screenshot can_delete_embedded can_drill can_export can_export_as_example " +
    "can_get_embedded can_put_chart_customizations can_read can_tag can_view_chart_as_table " +
    "can_view_query can_write",
  DashboardFilterStateRestApi: "can_read can_write",
  DashboardPermalinkRestApi: "can_read can_write",
  Dashboards: "menu_access",
  Data: "menu_access",
  Database: "can_read",
  Databases: "menu_access",
  Dataset: "can_get_drill_info can_read",
  Datasets: "menu_access",
  Datasource: "can_external_metadata can_external_metadata_by_name can_get",
  EmbeddedDashboard: "can_read",
  Explore: "can_read",
  ExploreFormDataRestApi: "can_read can_write",
  ExplorePermalinkRestApi: "can_read can_write",
  Home: "menu_access",
  Log: "can_recent_activity",
  // Not the view that opens the rules: that one is written with spaces, and is Admin's.
  RowLevelSecurity: "can_read",
  SQLLab: "can_export_streaming_csv",
  SavedQuery: "can_list",
  SecurityRestApi: "can_read",
  Superset: "can_csv can_dashboard can_dashboard_permalink can_explore can_explore_json " +
    "can_fetch_datasource_metadata can_log can_share_chart can_share_dashboard can_slice",
  Tag: "can_bulk_create can_read can_write",
  TagView: "can_tags",
  Tags: "can_list menu_access",
  Theme: "can_export can_read can_write",
  Themes: "menu_access",
  security: "can_read",
  user: "can_read",
};

/** Alpha has Gamma's too. */
export const ALPHA_MORE: PermissionTable = {
  "Alerts & Report": "menu_access",
  Annotation: "can_read can_write",
  "Annotation Layers": "menu_access",
  "CSS Templates": "menu_access",
  CssTemplate: "can_write",
  Database: "can_upload",
  Dataset: "can_duplicate can_export can_get_or_create_dataset can_write",
  Datasource: "can_get_column_values can_samples can_save can_validate_expression",
  ImportExportRestApi: "can_export can_import_",
  Manage: "menu_access",
  ReportSchedule: "can_read can_write",
  all_database_access: "all_database_access",
  all_datasource_access: "all_datasource_access",
};

export const SQL_LAB: PermissionTable = {
  Database: "can_read",
  Query: "can_read",
  "Query Search": "menu_access",
  "SQL Editor": "menu_access",
  "SQL Lab": "menu_access",
  SQLLab:
    "can_estimate_query_cost can_execute_sql_query can_export_csv can_format_sql can_get_results " +
    "can_read",
  "Saved Queries": "menu_access",
  SavedQuery: "can_export can_read can_write",
  SqlLabPermalinkRestApi: "can_read can_write",
  Superset: "can_csv can_sqllab can_sqllab_history",
  TabStateView:
    "can_activate can_delete can_delete_query can_get can_migrate_query can_post can_put",
  TableSchemaView: "can_delete can_expanded can_post",
};

/** Admin has Alpha's and sql_lab's too. */
export const ADMIN_MORE: PermissionTable = {
  Chart: "can_warm_up_cache",
  Dashboard: "can_set_embedded",
  Database: "can_export can_write",
  Dataset: "can_warm_up_cache",
  Group: "can_delete can_get can_info can_post can_put",
  "List Groups": "menu_access",
  "List Roles": "menu_access",
  "List Users": "menu_access",
  Log: "can_read can_write",
  Permission: "can_get can_info",
  PermissionViewMenu: "can_delete can_get can_info can_post can_put",
  Role:
    "can_add_role_permissions can_delete can_get can_info can_list_role_permissions can_post can_put " +
    "can_update_role_groups can_update_role_users",
  RoleModelView: "can_add can_delete can_edit can_list can_show",
  RoleRestAPI: "can_list_roles",
  "Row Level Security": "can_read can_write menu_access",
  Security: "menu_access",
  SecurityRestApi: "can_grant_guest_token",
  User: "can_delete can_get can_info can_post can_put",
  UserDBModelView: "can_add can_delete can_edit can_list can_show",
  UserGroupModelView: "can_add can_delete can_edit can_list can_show",
  ViewMenu: "can_delete can_get can_info can_post can_put",
  all_query_access: "all_query_access",
};

/** A permission by method and view, such as `["can_read", "Chart"]`. */
export type MethodOnView = readonly [method: string, view: string];

/** The single permissions of some tables, each once. */
export function listPermissions(...tables: readonly PermissionTable[]): MethodOnView[] {
  const seen = new Map<string, MethodOnView>();
  for (const table of tables) {
    for (const [view, methods] of Object.entries(table)) {
      for (const method of methods.split(" ")) seen.set(`${method} ${view}`, [method, view]);
    }
  }
  return [...seen.values()];
}
