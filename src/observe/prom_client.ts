/**
 * The four classes of prom-client that are used here, each from its own file: the package's index also
 * evaluates its pushgateway, cluster and default metrics with half of Node's modules, 7 ms of a start.
 */
import type * as promClient from "prom-client";
import counter from "prom-client/lib/counter.js";
import gauge from "prom-client/lib/gauge.js";
import histogram from "prom-client/lib/histogram.js";
import registry from "prom-client/lib/registry.js";

export const Counter = counter as typeof promClient.Counter;
export const Gauge = gauge as typeof promClient.Gauge;
export const Histogram = histogram as typeof promClient.Histogram;
export const Registry = registry as typeof promClient.Registry;
export type Registry = promClient.Registry;
