/** Geohashes: a place's longitude and latitude as a text of base 32, and back. */
import * as z from "zod";
import { invalidArgument } from "../../errors.ts";
import type { Value } from "../frame.ts";
import { defineOperation } from "./define_operation.ts";
import { numbersOf } from "./statistics.ts";
import { append, flatColumn, pickOne } from "./table.ts";

const ALPHABET = "0123456789bcdefghjkmnpqrstuvwxyz";
const BITS_A_CHARACTER = 5;
/** Characters of an encoded place, about 4 cm. */
const PRECISION = 12;

const options = z.strictObject({
  geohash: z.string(),
  longitude: z.string(),
  latitude: z.string(),
});

export const geohashDecode = defineOperation("geohash_decode", options, (table, given) => {
  const places = pickOne(table, given.geohash).values.map(decode);
  return append(table, [
    flatColumn("latitude", places.map(({ latitude }) => latitude)),
    flatColumn("longitude", places.map(({ longitude }) => longitude)),
  ], { latitude: given.latitude, longitude: given.longitude });
});

export const geohashEncode = defineOperation("geohash_encode", options, (table, given) => {
  const coordinates = (name: string) => numbersOf(pickOne(table, name).values, `column '${name}'`);
  const longitudes = coordinates(given.longitude);
  const hashes = coordinates(given.latitude).map((latitude, row) =>
    encode(latitude, longitudes[row]!)
  );
  // Superset appends the coordinates too, under these names.
  const coordinateColumns = (["latitude", "longitude"] as const)
    .filter((name) => !table.columns.some(({ label }) => label[0] === name))
    .map((name) => ({ ...pickOne(table, given[name]), label: [name] }));
  return {
    ...table,
    columns: [
      ...table.columns.filter(({ label }) => label[0] !== given.geohash),
      ...(given.geohash === "geohash" ? [] : coordinateColumns),
      flatColumn(given.geohash, hashes, 1),
    ],
  };
});

interface Place {
  readonly latitude: number;
  readonly longitude: number;
}

interface Cell {
  readonly low: number;
  readonly high: number;
}

function decode(hash: Value): Place {
  const cells: [Cell, Cell] = [{ low: -180, high: 180 }, { low: -90, high: 90 }];
  const digits = typeof hash === "string" ? [...hash].map((digit) => ALPHABET.indexOf(digit)) : [];
  if (digits.length === 0 || digits.includes(-1)) {
    throw invalidArgument(`Cannot decode geohash '${hash}': it is none.`, {
      hint: `A geohash is made of ${ALPHABET}.`,
    });
  }
  let axis: 0 | 1 = 0;
  for (const digit of digits) {
    for (let bit = BITS_A_CHARACTER - 1; bit >= 0; bit--) {
      cells[axis] = half(cells[axis], ((digit >> bit) & 1) === 1);
      axis = axis === 0 ? 1 : 0;
    }
  }
  return { longitude: middle(cells[0]), latitude: middle(cells[1]) };
}

function encode(latitude: number, longitude: number): string {
  if (!(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180)) {
    throw invalidArgument(
      `Cannot encode latitude ${latitude}, longitude ${longitude}: no such place.`,
      {
        hint: "Latitudes are from -90 to 90, longitudes from -180 to 180, and none may be missing.",
      },
    );
  }
  const cells: [Cell, Cell] = [{ low: -180, high: 180 }, { low: -90, high: 90 }];
  const place = [longitude, latitude] as const;
  let axis: 0 | 1 = 0;
  let hash = "";
  while (hash.length < PRECISION) {
    let digit = 0;
    for (let bit = 0; bit < BITS_A_CHARACTER; bit++) {
      const upper = place[axis] >= middle(cells[axis]);
      cells[axis] = half(cells[axis], upper);
      digit = digit * 2 + Number(upper);
      axis = axis === 0 ? 1 : 0;
    }
    hash += ALPHABET[digit];
  }
  return hash;
}

function half(cell: Cell, upper: boolean): Cell {
  return upper ? { low: middle(cell), high: cell.high } : { low: cell.low, high: middle(cell) };
}

function middle({ low, high }: Cell): number {
  return (low + high) / 2;
}
