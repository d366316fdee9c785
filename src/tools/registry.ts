/** Every tool there is. A list, never a scan of folders: the executable holds what imports reach. */
import { getChartInfo } from "./chart/get_chart_info.ts";
import { listCharts } from "./chart/list_charts.ts";
import { getCompatibleDimensions, getCompatibleMetrics } from "./data/compatible.ts";
import { getChartData } from "./data/get_chart_data.ts";
import { getChartSql } from "./data/get_chart_sql.ts";
import { getDashboardData } from "./data/get_dashboard_data.ts";
import { listMetrics } from "./data/list_metrics.ts";
import { queryDataset } from "./data/query_dataset.ts";
import { getDashboardDatasets } from "./dashboard/get_dashboard_datasets.ts";
import { getDashboardInfo } from "./dashboard/get_dashboard_info.ts";
import { getDashboardLayout } from "./dashboard/get_dashboard_layout.ts";
import { listDashboards } from "./dashboard/list_dashboards.ts";
import { getDatabaseInfo } from "./database/get_database_info.ts";
import { listDatabases } from "./database/list_databases.ts";
import { getDatasetInfo } from "./dataset/get_dataset_info.ts";
import { listDatasets } from "./dataset/list_datasets.ts";
import type { Tool } from "./define_tool.ts";
import { getAnnotationLayerInfo, listAnnotationLayers } from "./directory/annotation_layers.ts";
import { findUsers } from "./directory/find_users.ts";
import { getReportInfo, listReports } from "./directory/reports.ts";
import { getRlsFilterInfo, listRlsFilters } from "./directory/rls_filters.ts";
import { getRoleInfo, listRoles } from "./directory/roles.ts";
import { getSavedQueryInfo, listSavedQueries } from "./directory/saved_queries.ts";
import { getTagInfo, listTags } from "./directory/tags.ts";
import { cancelQuery } from "./sql_lab/cancel_query.ts";
import { executeSql } from "./sql_lab/execute_sql.ts";
import { explainAccess } from "./sql_lab/explain_access.ts";
import { explainSql } from "./sql_lab/explain_sql.ts";
import { formatSql } from "./sql_lab/format_sql.ts";
import { getTable } from "./sql_lab/get_table.ts";
import { listSchemas } from "./sql_lab/list_schemas.ts";
import { listTables } from "./sql_lab/list_tables.ts";
import { openSqlLabWithContext } from "./sql_lab/open_sql_lab_with_context.ts";
import { runSavedQuery } from "./sql_lab/run_saved_query.ts";
import { saveSqlQuery } from "./sql_lab/save_sql_query.ts";
import { validateSql } from "./sql_lab/validate_sql.ts";
import { getInstanceInfo } from "./system/get_instance_info.ts";
import { getSchema } from "./system/get_schema.ts";
import { healthCheck } from "./system/health_check.ts";

export const TOOLS: readonly Tool[] = [
  getInstanceInfo,
  listDashboards,
  getDashboardInfo,
  getDashboardLayout,
  getDashboardDatasets,
  getDashboardData,
  listCharts,
  getChartInfo,
  getChartData,
  getChartSql,
  listDatasets,
  getDatasetInfo,
  queryDataset,
  listMetrics,
  getCompatibleDimensions,
  getCompatibleMetrics,
  listDatabases,
  getDatabaseInfo,
  listSchemas,
  listTables,
  getTable,
  executeSql,
  cancelQuery,
  validateSql,
  formatSql,
  explainAccess,
  explainSql,
  openSqlLabWithContext,
  getSchema,
  listTags,
  getTagInfo,
  listSavedQueries,
  getSavedQueryInfo,
  saveSqlQuery,
  runSavedQuery,
  findUsers,
  listRoles,
  getRoleInfo,
  listAnnotationLayers,
  getAnnotationLayerInfo,
  listReports,
  getReportInfo,
  listRlsFilters,
  getRlsFilterInfo,
  healthCheck,
];
