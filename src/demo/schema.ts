/**
 * The part of Superset 6.1's metadata schema that the service reads, as its migrations leave it on
 * SQLite (head 4b2a8c9d3e1f). Longer than other files because it is one table after another.
 */

/** The migration that Superset 6.1.0 ends at. */
export const ALEMBIC_HEAD = "4b2a8c9d3e1f";

const USER = "REFERENCES ab_user (id)";
const BY = `created_by_fk INTEGER ${USER}, changed_by_fk INTEGER ${USER}`;
/** Superset's AuditMixinNullable, and the older tables whose times are required. */
const AUDIT = `created_on DATETIME, changed_on DATETIME, ${BY}`;
const AUDIT_NOT_NULL = `created_on DATETIME NOT NULL, changed_on DATETIME NOT NULL, ${BY}`;
const ID = "id INTEGER NOT NULL PRIMARY KEY";
const UUID = "uuid NUMERIC(16)";

/** A table of links between two others. */
function link(table: string, left: [string, string], right: [string, string], unique = false) {
  const column = ([name, target]: [string, string]) =>
    `${name} INTEGER REFERENCES ${target} (id) ON DELETE CASCADE`;
  const constraint = unique ? `, UNIQUE (${left[0]}, ${right[0]})` : "";
  return `CREATE TABLE ${table} (${ID}, ${column(left)}, ${column(right)}${constraint});`;
}

const SECURITY = `
CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY);
CREATE TABLE ab_user (
  ${ID}, first_name VARCHAR(64) NOT NULL, last_name VARCHAR(64) NOT NULL,
  username VARCHAR(128) NOT NULL UNIQUE, password VARCHAR(256), active BOOLEAN,
  email VARCHAR(320) NOT NULL UNIQUE, last_login DATETIME, login_count INTEGER,
  fail_login_count INTEGER, created_on DATETIME, changed_on DATETIME, ${BY}
);
CREATE TABLE ab_role (${ID}, name VARCHAR(64) NOT NULL UNIQUE);
CREATE TABLE ab_group (
  ${ID}, name VARCHAR(100) NOT NULL UNIQUE, label VARCHAR(150), description VARCHAR(512)
);
CREATE TABLE ab_permission (${ID}, name VARCHAR(100) NOT NULL UNIQUE);
CREATE TABLE ab_view_menu (${ID}, name VARCHAR(255) NOT NULL UNIQUE);
CREATE TABLE ab_permission_view (
  ${ID}, permission_id INTEGER REFERENCES ab_permission (id),
  view_menu_id INTEGER REFERENCES ab_view_menu (id), UNIQUE (permission_id, view_menu_id)
);
${link("ab_user_role", ["user_id", "ab_user"], ["role_id", "ab_role"], true)}
${link("ab_user_group", ["user_id", "ab_user"], ["group_id", "ab_group"], true)}
${link("ab_group_role", ["group_id", "ab_group"], ["role_id", "ab_role"], true)}
${
  link(
    "ab_permission_view_role",
    ["permission_view_id", "ab_permission_view"],
    ["role_id", "ab_role"],
    true,
  )
}
CREATE INDEX idx_role_id ON ab_permission_view_role (role_id);
CREATE INDEX idx_permission_view_id ON ab_permission_view_role (permission_view_id);
CREATE INDEX idx_user_id ON ab_user_group (user_id);
CREATE TABLE ab_api_key (
  ${ID}, uuid VARCHAR(36) NOT NULL UNIQUE, name VARCHAR(256) NOT NULL,
  key_hash VARCHAR(256) NOT NULL, lookup_hash VARCHAR(256) UNIQUE, key_prefix VARCHAR(16) NOT NULL,
  user_id INTEGER NOT NULL REFERENCES ab_user (id) ON DELETE CASCADE, scopes TEXT,
  active BOOLEAN NOT NULL, created_on DATETIME, expires_on DATETIME, revoked_on DATETIME,
  last_used_on DATETIME
);
CREATE TABLE user_attribute (
  ${ID}, user_id INTEGER ${USER}, welcome_dashboard_id INTEGER REFERENCES dashboards (id),
  avatar_url VARCHAR(100), ${AUDIT}
);
`;

const DATA = `
CREATE TABLE dbs (
  ${ID}, database_name VARCHAR(250) NOT NULL UNIQUE, sqlalchemy_uri VARCHAR(1024) NOT NULL,
  password BLOB, cache_timeout INTEGER, extra TEXT, select_as_create_table_as BOOLEAN,
  allow_ctas BOOLEAN, expose_in_sqllab BOOLEAN, force_ctas_schema VARCHAR(250),
  allow_run_async BOOLEAN, allow_dml BOOLEAN, verbose_name VARCHAR(250), impersonate_user BOOLEAN,
  allow_file_upload BOOLEAN DEFAULT 1 NOT NULL, encrypted_extra BLOB, server_cert BLOB,
  allow_cvas BOOLEAN, ${UUID} UNIQUE,
  configuration_method VARCHAR(255) DEFAULT 'sqlalchemy_form',
  is_managed_externally BOOLEAN DEFAULT 0 NOT NULL, external_url TEXT, ${AUDIT_NOT_NULL}
);
CREATE TABLE tables (
  ${ID}, table_name VARCHAR(250) NOT NULL UNIQUE, main_dttm_col VARCHAR(250),
  default_endpoint TEXT, database_id INTEGER NOT NULL REFERENCES dbs (id), "offset" INTEGER,
  description TEXT, is_featured BOOLEAN, cache_timeout INTEGER, schema VARCHAR(255), sql TEXT,
  params TEXT, perm VARCHAR(1000), filter_select_enabled BOOLEAN, fetch_values_predicate TEXT,
  is_sqllab_view BOOLEAN DEFAULT 0, template_params TEXT, schema_perm VARCHAR(1000), extra TEXT,
  ${UUID} UNIQUE, is_managed_externally BOOLEAN DEFAULT 0 NOT NULL, external_url TEXT,
  normalize_columns BOOLEAN DEFAULT 0, always_filter_main_dttm BOOLEAN DEFAULT 0,
  catalog VARCHAR(256), catalog_perm VARCHAR(1000), folders JSON,
  currency_code_column VARCHAR(250), ${AUDIT_NOT_NULL}
);
CREATE TABLE table_columns (
  ${ID}, table_id INTEGER REFERENCES tables (id) ON DELETE CASCADE,
  column_name VARCHAR(255) NOT NULL, is_dttm BOOLEAN, is_active BOOLEAN, type TEXT,
  groupby BOOLEAN, filterable BOOLEAN, description TEXT, expression TEXT,
  verbose_name VARCHAR(1024), python_date_format VARCHAR(255), ${UUID} UNIQUE, extra TEXT,
  advanced_data_type VARCHAR(255), datetime_format VARCHAR(100), ${AUDIT_NOT_NULL},
  UNIQUE (column_name, table_id)
);
CREATE TABLE sql_metrics (
  ${ID}, metric_name VARCHAR(255) NOT NULL, verbose_name VARCHAR(1024), metric_type VARCHAR(32),
  table_id INTEGER REFERENCES tables (id) ON DELETE CASCADE, expression TEXT NOT NULL,
  description TEXT, d3format VARCHAR(128), warning_text TEXT, extra TEXT, ${UUID} UNIQUE,
  currency JSON, ${AUDIT_NOT_NULL}, UNIQUE (metric_name, table_id)
);
${link("sqlatable_user", ["user_id", "ab_user"], ["table_id", "tables"])}
CREATE TABLE row_level_security_filters (
  ${ID}, clause TEXT NOT NULL, filter_type VARCHAR(255), group_key VARCHAR(255),
  name VARCHAR(255) NOT NULL UNIQUE, description TEXT, ${AUDIT}
);
CREATE TABLE rls_filter_roles (
  ${ID}, role_id INTEGER NOT NULL REFERENCES ab_role (id),
  rls_filter_id INTEGER REFERENCES row_level_security_filters (id)
);
CREATE TABLE rls_filter_tables (
  ${ID}, table_id INTEGER REFERENCES tables (id),
  rls_filter_id INTEGER REFERENCES row_level_security_filters (id)
);
`;

const CONTENT = `
CREATE TABLE themes (
  ${ID}, ${UUID} UNIQUE, theme_name VARCHAR(250), json_data TEXT, is_system BOOLEAN NOT NULL,
  is_system_default BOOLEAN NOT NULL, is_system_dark BOOLEAN NOT NULL, ${AUDIT}
);
CREATE TABLE slices (
  ${ID}, slice_name VARCHAR(250), datasource_type VARCHAR(200), datasource_name VARCHAR(2000),
  viz_type VARCHAR(250), params TEXT, description TEXT, cache_timeout INTEGER, perm VARCHAR(2000),
  datasource_id INTEGER, schema_perm VARCHAR(1000), ${UUID} UNIQUE, query_context TEXT,
  last_saved_at DATETIME, last_saved_by_fk INTEGER ${USER}, certified_by TEXT,
  certification_details TEXT, is_managed_externally BOOLEAN DEFAULT 0 NOT NULL, external_url TEXT,
  catalog_perm VARCHAR(1000), ${AUDIT_NOT_NULL}, CHECK (datasource_type IN ('table'))
);
CREATE TABLE dashboards (
  ${ID}, dashboard_title VARCHAR(500), position_json TEXT, css TEXT, description TEXT,
  slug VARCHAR(255), json_metadata TEXT, published BOOLEAN, ${UUID} UNIQUE, certified_by TEXT,
  certification_details TEXT, is_managed_externally BOOLEAN DEFAULT 0 NOT NULL, external_url TEXT,
  theme_id INTEGER REFERENCES themes (id), ${AUDIT_NOT_NULL}
);
${link("slice_user", ["user_id", "ab_user"], ["slice_id", "slices"])}
${link("dashboard_slices", ["dashboard_id", "dashboards"], ["slice_id", "slices"], true)}
${link("dashboard_user", ["user_id", "ab_user"], ["dashboard_id", "dashboards"])}
CREATE TABLE dashboard_roles (
  ${ID}, role_id INTEGER NOT NULL REFERENCES ab_role (id) ON DELETE CASCADE,
  dashboard_id INTEGER REFERENCES dashboards (id) ON DELETE CASCADE
);
CREATE TABLE embedded_dashboards (
  allow_domain_list TEXT, ${UUID}, dashboard_id INTEGER NOT NULL REFERENCES dashboards (id)
    ON DELETE CASCADE, ${AUDIT}
);
CREATE TABLE css_templates (
  ${ID}, template_name VARCHAR(250), css TEXT, uuid BINARY(16), ${AUDIT_NOT_NULL}
);
CREATE TABLE tag (
  ${ID}, name VARCHAR(250) UNIQUE, type VARCHAR(12), description TEXT, ${AUDIT}
);
CREATE TABLE tagged_object (
  ${ID}, tag_id INTEGER REFERENCES tag (id), object_id INTEGER, object_type VARCHAR(9), ${AUDIT},
  UNIQUE (tag_id, object_id, object_type)
);
CREATE INDEX ix_tagged_object_object_id ON tagged_object (object_id);
CREATE TABLE favstar (
  ${ID}, user_id INTEGER ${USER}, class_name VARCHAR(50), obj_id INTEGER, dttm DATETIME,
  uuid BINARY(16)
);
CREATE TABLE saved_query (
  ${ID}, user_id INTEGER ${USER}, db_id INTEGER REFERENCES dbs (id), label VARCHAR(256),
  schema VARCHAR(128), sql TEXT, description TEXT, extra_json TEXT, last_run DATETIME,
  rows INTEGER, ${UUID} UNIQUE, template_parameters TEXT, catalog VARCHAR(256), ${AUDIT}
);
CREATE TABLE annotation_layer (${ID}, name VARCHAR(250), descr TEXT, ${AUDIT});
CREATE TABLE annotation (
  ${ID}, start_dttm DATETIME, end_dttm DATETIME, layer_id INTEGER REFERENCES annotation_layer (id),
  short_descr VARCHAR(500), long_descr TEXT, json_metadata TEXT, ${AUDIT}
);
CREATE TABLE report_schedule (
  ${ID}, type VARCHAR(50) NOT NULL, name VARCHAR(150) NOT NULL, description TEXT,
  context_markdown TEXT, active BOOLEAN, crontab VARCHAR(1000) NOT NULL, sql TEXT,
  chart_id INTEGER REFERENCES slices (id), dashboard_id INTEGER REFERENCES dashboards (id),
  database_id INTEGER REFERENCES dbs (id), last_eval_dttm DATETIME, last_state VARCHAR(50),
  last_value FLOAT, last_value_row_json TEXT, validator_type VARCHAR(100),
  validator_config_json TEXT, log_retention INTEGER, grace_period INTEGER,
  working_timeout INTEGER, report_format VARCHAR(50) DEFAULT 'PNG',
  creation_method VARCHAR(255) DEFAULT 'alerts_reports',
  timezone VARCHAR(100) DEFAULT 'UTC' NOT NULL, extra_json TEXT NOT NULL,
  force_screenshot BOOLEAN, custom_width INTEGER, custom_height INTEGER,
  email_subject VARCHAR(255), ${AUDIT}, UNIQUE (name, type)
);
CREATE TABLE report_schedule_user (
  ${ID}, user_id INTEGER NOT NULL REFERENCES ab_user (id) ON DELETE CASCADE,
  report_schedule_id INTEGER NOT NULL REFERENCES report_schedule (id) ON DELETE CASCADE
);
CREATE TABLE report_recipient (
  ${ID}, type VARCHAR(50) NOT NULL, recipient_config_json TEXT,
  report_schedule_id INTEGER NOT NULL REFERENCES report_schedule (id), ${AUDIT}
);
`;

const HISTORY = `
CREATE TABLE key_value (
  ${ID}, resource VARCHAR(32) NOT NULL, value BLOB NOT NULL, ${UUID} UNIQUE, expires_on DATETIME,
  ${AUDIT}
);
CREATE TABLE "query" (
  ${ID}, client_id VARCHAR(11) NOT NULL UNIQUE, database_id INTEGER NOT NULL REFERENCES dbs (id),
  tmp_table_name VARCHAR(256), tab_name VARCHAR(256), sql_editor_id VARCHAR(256),
  user_id INTEGER ${USER}, status VARCHAR(16), schema VARCHAR(256), sql TEXT, select_sql TEXT,
  executed_sql TEXT, "limit" INTEGER, select_as_cta BOOLEAN, select_as_cta_used BOOLEAN,
  progress INTEGER, rows INTEGER, error_message TEXT, start_time NUMERIC(20, 6),
  changed_on DATETIME, end_time NUMERIC(20, 6), results_key VARCHAR(64),
  start_running_time NUMERIC(20, 6), end_result_backend_time NUMERIC(20, 6), tracking_url TEXT,
  extra_json TEXT, tmp_schema_name VARCHAR(256), ctas_method VARCHAR(16),
  limiting_factor VARCHAR(255) DEFAULT 'UNKNOWN', catalog VARCHAR(256)
);
CREATE TABLE logs (
  ${ID}, action VARCHAR(512), user_id INTEGER ${USER}, json TEXT, dttm DATETIME,
  dashboard_id INTEGER, slice_id INTEGER, duration_ms INTEGER, referrer VARCHAR(1024)
);
CREATE INDEX ix_logs_user_id_dttm ON logs (user_id, dttm);
`;

/** Every statement that makes the empty metadata database. */
export const METADATA_SCHEMA = SECURITY + DATA + CONTENT + HISTORY;
