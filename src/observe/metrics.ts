/**
 * The metrics: facts as Prometheus series. Every label's values are bounded, whatever clients send:
 * tools by the list of tools, paths by the list of routes.
 */
import { Counter, Gauge, Histogram, Registry } from "./prom_client.ts";
import type { CallObservation, Observation, Observer } from "./observation.ts";

export interface MetricsOptions {
  /** The names that the `tool` label may have; any other counts as `unknown`. */
  readonly toolNames: Iterable<string>;
  /** The paths that the `route` label may have; any other counts as `other`. */
  readonly routes: Iterable<string>;
  /** When the process began, in milliseconds since 1970. */
  readonly startedAt: number;
  readonly now: () => number;
  /** Resident memory in bytes. */
  readonly memoryBytes: () => number;
}

export interface PoolCounts {
  readonly active: number;
  readonly idle: number;
}

export interface Metrics {
  readonly write: Observer;
  /** Where the connection gauges come from, once there is a pool. */
  watchPool(counts: () => PoolCounts): void;
  /** In Prometheus' text format; `contentType` is its media type. */
  text(): Promise<string>;
  readonly contentType: string;
}

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const METHODS = new Set(["GET", "POST", "DELETE", "OPTIONS", "HEAD", "PUT", "PATCH"]);

export function makeMetrics(options: MetricsOptions): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const tools = new Set(options.toolNames);
  const routes = new Set(options.routes);
  let pool = (): PoolCounts => ({ active: 0, idle: 0 });

  const requests = new Counter({
    name: "mcp_requests_total",
    help: "Tool calls answered.",
    labelNames: ["tool", "status"],
    registers,
  });
  const errors = new Counter({
    name: "mcp_errors_total",
    help: "Tool calls that failed, by kind of error.",
    labelNames: ["tool", "error_type"],
    registers,
  });
  const durations = new Histogram({
    name: "mcp_request_duration_seconds",
    help: "Time from a tool call to its result.",
    labelNames: ["tool"],
    buckets: SECONDS,
    registers,
  });
  const inFlight = new Gauge({
    name: "mcp_requests_in_flight",
    help: "Tool calls that are running.",
    registers,
  });
  const http = new Counter({
    name: "mcp_http_requests_total",
    help: "HTTP requests answered.",
    labelNames: ["route", "method", "status"],
    registers,
  });
  const refusals = new Counter({
    name: "mcp_auth_refusals_total",
    help: "Requests refused for their credentials.",
    labelNames: ["status"],
    registers,
  });
  const dropped = new Counter({
    name: "mcp_query_history_dropped_total",
    help: "Rows of SQL Lab's history that could not be written.",
    registers,
  });
  measured(
    registry,
    "mcp_database_connections_active",
    "Metadata connections in use.",
    () => pool().active,
  );
  measured(
    registry,
    "mcp_database_connections_idle",
    "Metadata connections waiting for use.",
    () => pool().idle,
  );
  measured(registry, "mcp_memory_usage_bytes", "Resident memory.", options.memoryBytes);
  measured(
    registry,
    "mcp_uptime_seconds",
    "Time since the process began to serve.",
    () => (options.now() - options.startedAt) / 1000,
  );

  function writeCall(call: CallObservation): void {
    const tool = tools.has(call.tool) ? call.tool : "unknown";
    inFlight.dec();
    requests.inc({ tool, status: call.status });
    durations.observe({ tool }, call.durationMs / 1000);
    if (call.errorType !== undefined) errors.inc({ tool, error_type: call.errorType });
  }

  function write(fact: Observation): void {
    switch (fact.kind) {
      case "call_started":
        return inFlight.inc();
      case "call":
        return writeCall(fact);
      case "auth_refused":
        return refusals.inc({ status: fact.status });
      case "query_history":
        return dropped.inc(fact.dropped);
      case "http":
        return http.inc({
          route: routes.has(fact.path) ? fact.path : "other",
          method: METHODS.has(fact.method) ? fact.method : "other",
          status: fact.status,
        });
    }
  }

  return {
    write,
    watchPool: (counts) => {
      pool = counts;
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

function measured(registry: Registry, name: string, help: string, read: () => number): void {
  new Gauge({
    name,
    help,
    registers: [registry],
    collect() {
      this.set(read());
    },
  });
}
