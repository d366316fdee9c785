/** What the service has to know of the demo before it is made, which is only where it is served. */

/** Whom a newcomer runs as, unless MCP_DEV_USERNAME names another. */
export const DEMO_USERNAME = "demo";

/** Superset's feature flags that the demo's people and datasets count on. */
export const DEMO_FEATURE_FLAGS: Readonly<Record<string, boolean>> = {
  DASHBOARD_RBAC: true,
  ENABLE_TEMPLATE_PROCESSING: true,
  TAGGING_SYSTEM: true,
  ALERT_REPORTS: true,
};

/**
 * The address of the demo's analytics database: SQLAlchemy's spelling of a named database in
 * memory. A reader that meets it takes the demo's own connection instead of opening one.
 */
export const DEMO_ANALYTICS_URI =
  "sqlite:///file:superset_mcp_demo?mode=memory&cache=shared&uri=true";
