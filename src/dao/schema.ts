/**
 * The tables of Superset's metadata schema that this service reads, as Superset 6.1 has them
 * (superset/models, superset/connectors/sqla/models.py, flask_appbuilder/security/sqla/models.py).
 * Column types here are what the driver hands over; `columns.ts` turns them into what a client gets.
 */

type Id = number;
type Text = string | null;
type Flag = boolean | number | null;
type Timestamp = string | null;
type Reference = number | null;

interface Audited {
  created_on: Timestamp;
  changed_on: Timestamp;
  created_by_fk: Reference;
  changed_by_fk: Reference;
}

interface Managed {
  uuid: string | Uint8Array | null;
  certified_by: Text;
  certification_details: Text;
  is_managed_externally: Flag;
  external_url: Text;
}

export interface Schema {
  ab_user: {
    id: Id;
    first_name: string;
    last_name: string;
    username: string;
    active: Flag;
    email: string;
    last_login: Timestamp;
    created_on: Timestamp;
    changed_on: Timestamp;
  };
  ab_role: { id: Id; name: string };
  ab_user_role: { user_id: Reference; role_id: Reference };
  ab_group: { id: Id; name: string };
  ab_user_group: { user_id: Reference; group_id: Reference };
  ab_group_role: { group_id: Reference; role_id: Reference };
  ab_permission: { id: Id; name: string };
  ab_view_menu: { id: Id; name: string };
  ab_permission_view: { id: Id; permission_id: Reference; view_menu_id: Reference };
  ab_permission_view_role: { permission_view_id: Reference; role_id: Reference };
  ab_api_key: {
    id: Id;
    user_id: Id;
    key_hash: string;
    lookup_hash: Text;
    scopes: Text;
    active: Flag;
    expires_on: Timestamp;
    revoked_on: Timestamp;
  };
  alembic_version: { version_num: string };
  slices: Audited & Managed & {
    id: Id;
    slice_name: Text;
    datasource_id: Reference;
    datasource_type: Text;
    datasource_name: Text;
    viz_type: Text;
    params: Text;
    query_context: Text;
    description: Text;
    cache_timeout: Reference;
    perm: Text;
    schema_perm: Text;
    catalog_perm: Text;
    last_saved_at: Timestamp;
    last_saved_by_fk: Reference;
  };
  slice_user: { user_id: Reference; slice_id: Reference };
  dashboards: Audited & Managed & {
    id: Id;
    dashboard_title: Text;
    position_json: Text;
    json_metadata: Text;
    description: Text;
    css: Text;
    slug: Text;
    published: Flag;
    theme_id: Reference;
  };
  dashboard_slices: { dashboard_id: Reference; slice_id: Reference };
  dashboard_user: { user_id: Reference; dashboard_id: Reference };
  dashboard_roles: { dashboard_id: Reference; role_id: Reference };
  tables: Audited & {
    id: Id;
    uuid: string | Uint8Array | null;
    table_name: string;
    main_dttm_col: Text;
    default_endpoint: Text;
    database_id: Id;
    offset: Reference;
    description: Text;
    is_featured: Flag;
    cache_timeout: Reference;
    schema: Text;
    catalog: Text;
    sql: Text;
    params: Text;
    perm: Text;
    schema_perm: Text;
    catalog_perm: Text;
    filter_select_enabled: Flag;
    fetch_values_predicate: Text;
    is_sqllab_view: Flag;
    template_params: Text;
    extra: Text;
    is_managed_externally: Flag;
    external_url: Text;
    normalize_columns: Flag;
    always_filter_main_dttm: Flag;
    folders: unknown;
    currency_code_column: Text;
  };
  sqlatable_user: { user_id: Reference; table_id: Reference };
  table_columns: {
    id: Id;
    table_id: Reference;
    column_name: string;
    verbose_name: Text;
    type: Text;
    is_dttm: Flag;
    is_active: Flag;
    groupby: Flag;
    filterable: Flag;
    description: Text;
    expression: Text;
  };
  sql_metrics: {
    id: Id;
    table_id: Reference;
    metric_name: string;
    verbose_name: Text;
    expression: string;
    description: Text;
    d3format: Text;
  };
  dbs: Audited & {
    id: Id;
    uuid: string | Uint8Array | null;
    database_name: string;
    verbose_name: Text;
    sqlalchemy_uri: string;
    password: Uint8Array | string | null;
    encrypted_extra: Uint8Array | string | null;
    cache_timeout: Reference;
    extra: Text;
    expose_in_sqllab: Flag;
    configuration_method: Text;
    allow_run_async: Flag;
    allow_file_upload: Flag;
    allow_ctas: Flag;
    allow_cvas: Flag;
    allow_dml: Flag;
    force_ctas_schema: Text;
    select_as_create_table_as: Flag;
    impersonate_user: Flag;
    is_managed_externally: Flag;
    external_url: Text;
  };
  row_level_security_filters: Audited & {
    id: Id;
    name: Text;
    description: Text;
    filter_type: Text;
    group_key: Text;
    clause: Text;
  };
  rls_filter_roles: { role_id: Id; rls_filter_id: Reference };
  rls_filter_tables: { table_id: Reference; rls_filter_id: Reference };
  tag: Audited & { id: Id; name: Text; type: Text; description: Text };
  tagged_object: { tag_id: Reference; object_id: Reference; object_type: Text };
  saved_query: Audited & {
    id: Id;
    uuid: string | Uint8Array | null;
    user_id: Reference;
    db_id: Reference;
    schema: Text;
    catalog: Text;
    label: Text;
    description: Text;
    sql: Text;
    template_parameters: Text;
    rows: Reference;
    last_run: Timestamp;
  };
  annotation_layer: Audited & { id: Id; name: Text; descr: Text };
  annotation: Audited & {
    id: Id;
    layer_id: Id;
    start_dttm: Timestamp;
    end_dttm: Timestamp;
    short_descr: Text;
    long_descr: Text;
    json_metadata: Text;
  };
  report_schedule: Audited & {
    id: Id;
    type: string;
    name: string;
    description: Text;
    context_markdown: Text;
    active: Flag;
    crontab: string;
    timezone: string;
    creation_method: Text;
    report_format: Text;
    chart_id: Reference;
    dashboard_id: Reference;
    database_id: Reference;
    last_eval_dttm: Timestamp;
    last_state: Text;
    last_value: number | null;
    working_timeout: Reference;
    grace_period: Reference;
    log_retention: Reference;
    sql: Text;
    validator_type: Text;
    validator_config_json: Text;
  };
  report_schedule_user: { user_id: Id; report_schedule_id: Id };
  report_recipient: {
    id: Id;
    type: string;
    recipient_config_json: Text;
    report_schedule_id: Id;
  };
  favstar: { user_id: Reference; class_name: Text; obj_id: Reference };
}
