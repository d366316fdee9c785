/** Rows of the slow tables: shops, products, customers. */
import { dateTimeText, DAY_MS } from "./clock.ts";
import {
  CITIES,
  FIRST_NAMES,
  LAST_NAMES,
  PRODUCTS,
  type Region,
  REGIONS,
  SHOPS,
  TRADE_NAMES,
} from "./company.ts";
import { type Random, seededRandom } from "./random.ts";
import type { SqlValue } from "./writer.ts";

const CUSTOMERS = 600;
/** North is home; the coast came last. */
const REGION_WEIGHTS = [5, 3, 2];

export function shopRows(today: number): SqlValue[][] {
  return SHOPS.map((shop, index) => [
    index + 1,
    shop.name,
    shop.city,
    shop.region,
    shop.lead,
    dateTimeText(today - Math.round(shop.openedYearsAgo * 365) * DAY_MS),
    shop.seats,
    Math.round(shop.pace * 180) * 100,
  ]);
}

export function productRows(today: number): SqlValue[][] {
  return PRODUCTS.map((product, index) => [
    index + 1,
    product.name,
    product.category,
    product.origin,
    product.price,
    product.cost,
    product.note,
    dateTimeText(today - (1500 - index * 31) * DAY_MS),
  ]);
}

/** Columns as in the dataset `customers`; every 40th is a test account. */
export function customerRows(today: number, seed: string): SqlValue[][] {
  const random = seededRandom(`${seed}:customers`);
  return Array.from({ length: CUSTOMERS }, (_, index) => {
    const segment = ["Wholesale", "Web", "Loyalty"][random.weighted([1, 5, 4])] ?? "Web";
    const region = REGIONS[random.weighted(REGION_WEIGHTS)] ?? "North";
    const city = random.pick(CITIES[region]);
    const age = Math.floor(random.next() * random.next() * 1400);
    const tier = segment === "Wholesale"
      ? null
      : ["Bronze", "Silver", "Gold"][random.weighted([6, 3, 1])] ?? "Bronze";
    const isTest = index % 40 === 39;
    return [
      index + 1,
      isTest ? `Test account ${(index + 1) / 40}` : customerName(random, segment, city, region),
      segment,
      region,
      city,
      dateTimeText(today - age * DAY_MS - random.int(1, DAY_MS)),
      tier,
      isTest ? 1 : 0,
    ];
  });
}

function customerName(random: Random, segment: string, city: string, region: Region): string {
  const last = random.pick(LAST_NAMES);
  if (segment !== "Wholesale") return `${random.pick(FIRST_NAMES)} ${last}`;
  const trade = random.pick(TRADE_NAMES);
  return random.chance(0.5) ? `${last} ${trade}, ${city}` : `${city} ${trade} (${region})`;
}
