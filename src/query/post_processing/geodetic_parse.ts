/** Places written as text, such as `41.5 N -81.0 W` or `23°26'22" N, 23°27'30" E, 21 m`, as numbers. */
import * as z from "zod";
import { invalidArgument } from "../../errors.ts";
import type { Value } from "../frame.ts";
import { defineOperation } from "./define_operation.ts";
import { append, flatColumn, pickOne } from "./table.ts";

const options = z.strictObject({
  geodetic: z.string(),
  longitude: z.string(),
  latitude: z.string(),
  altitude: z.string().nullish(),
});

export const geodeticParse = defineOperation("geodetic_parse", options, (table, given) => {
  const places = pickOne(table, given.geodetic).values.map(parsePlace);
  const names = {
    latitude: given.latitude,
    longitude: given.longitude,
    ...(given.altitude ? { altitude: given.altitude } : {}),
  };
  const computed = (Object.keys(names) as (keyof Place)[])
    .map((part) => flatColumn(part, places.map((place) => place[part])));
  return append(table, computed, names);
});

interface Place {
  readonly latitude: number;
  readonly longitude: number;
  /** Kilometres. */
  readonly altitude: number;
}

const DEGREES = String
  .raw`(?<sign#>-)?(?<degrees#>\d+(?:\.\d+)?)[°\s]*(?:(?<minutes#>\d+(?:\.\d+)?)\s*['′m]\s*(?:(?<seconds#>\d+(?:\.\d+)?)\s*["″s]\s*)?)?`;
const PLACE = new RegExp(
  String.raw`^\s*(?<north>[NS])?\s*${DEGREES.replaceAll("#", "1")}(?<north2>[NS])?` +
    String.raw`\s*[,;/\s]\s*` +
    String.raw`(?<east>[EW])?\s*${DEGREES.replaceAll("#", "2")}(?<east2>[EW])?` +
    String.raw`(?:\s*[,;/\s]\s*(?<altitude>-?\d+(?:\.\d+)?)\s*(?<unit>km|m|mi|ft|nm|nmi)?)?\s*$`,
);

/** geopy's units; without one it is kilometres. */
const KILOMETRES: Readonly<Record<string, number>> = {
  km: 1,
  m: 0.001,
  mi: 1.609344,
  ft: 0.0003048,
  nm: 1.852,
  nmi: 1.852,
};

function parsePlace(text: Value): Place {
  const parts = typeof text === "string" ? PLACE.exec(text)?.groups : undefined;
  const latitude = parts && signed(parts, "1", parts.north ?? parts.north2);
  const longitude = parts && signed(parts, "2", parts.east ?? parts.east2);
  if (parts === undefined || Math.abs(latitude!) > 90) {
    throw invalidArgument(`Cannot read the place '${text}': it is no latitude and longitude.`, {
      hint: "Write places as latitude and longitude, such as '41.5, -81.0'.",
    });
  }
  return {
    latitude: latitude!,
    longitude: ((longitude! + 180) % 360 + 360) % 360 - 180,
    altitude: Number(parts.altitude ?? 0) * KILOMETRES[parts.unit ?? "km"]!,
  };
}

function signed(
  parts: Readonly<Record<string, string | undefined>>,
  axis: "1" | "2",
  direction: string | undefined,
): number {
  const size = Number(parts[`degrees${axis}`]) + Number(parts[`minutes${axis}`] ?? 0) / 60 +
    Number(parts[`seconds${axis}`] ?? 0) / 3600;
  const isNegative = parts[`sign${axis}`] !== undefined;
  return isNegative !== (direction === "S" || direction === "W") ? -size : size;
}
