/** Rows of orders and their lines: two years of shops, web shop and wholesale. */
import { dateTimeText, DAY_MS } from "./clock.ts";
import { BASKETS, type Channel, PRODUCTS, SHOPS } from "./company.ts";
import { type Random, seededRandom } from "./random.ts";
import type { SqlValue } from "./writer.ts";

export interface Sales {
  readonly orders: SqlValue[][];
  readonly lines: SqlValue[][];
}

/** Who buys and where, before the basket is known. */
interface Sale {
  readonly channel: Channel;
  readonly time: number;
  readonly region: SqlValue;
  readonly shopName: string | null;
  readonly shopLead: string | null;
  readonly customerId: SqlValue;
}

const DAYS = 730;
/** January to December: quiet late winter, a strong December. */
const SEASON = [0.9, 0.88, 0.95, 0.98, 1.0, 1.02, 0.96, 0.92, 1.02, 1.06, 1.12, 1.34];
/** Sunday to Saturday, for shops. */
const SHOP_WEEK = [1.05, 0.85, 0.88, 0.95, 1.0, 1.15, 1.3];
const SHOP_HOURS = [7, 8, 8, 8, 9, 9, 10, 10, 11, 12, 12, 13, 14, 15, 15, 16, 17];
const WEB_HOURS = [6, 8, 9, 11, 12, 13, 16, 18, 19, 20, 20, 21, 21, 22];
const TRADE_HOURS = [8, 9, 9, 10, 11, 13, 14, 15];

/** @param customers rows of the table `customers`: id, name, segment, region, … */
export function saleRows(
  today: number,
  seed: string,
  customers: readonly (readonly SqlValue[])[],
): Sales {
  const random = seededRandom(`${seed}:sales`);
  const bySegment = (segment: string) => customers.filter((row) => row[2] === segment);
  const buyers = { Wholesale: bySegment("Wholesale"), Web: bySegment("Web") };
  const loyal = bySegment("Loyalty");
  const sales: Sales = { orders: [], lines: [] };
  for (let day = 0; day < DAYS; day++) {
    const midnight = today - (DAYS - day) * DAY_MS;
    const date = new Date(midnight);
    const level = (0.85 + 0.4 * (day / DAYS)) * (SEASON[date.getUTCMonth()] ?? 1);
    const weekday = date.getUTCDay();
    for (const shop of SHOPS) {
      const count = howMany(random, shop.pace * level * (SHOP_WEEK[weekday] ?? 1));
      for (let each = 0; each < count; each++) {
        addSale(random, sales, today, {
          channel: "Shop",
          time: timeOfDay(random, midnight, SHOP_HOURS),
          region: shop.region,
          shopName: shop.name,
          shopLead: shop.lead,
          customerId: random.chance(0.35) ? random.pick(loyal)[0] ?? null : null,
        });
      }
    }
    for (const channel of ["Web", "Wholesale"] as const) {
      const trade = channel === "Wholesale";
      // The web grows faster than the rest; trade rests at weekends.
      const pace = trade ? (weekday % 6 === 0 ? 0 : 1.1) : 1.1 + 1.1 * (day / DAYS);
      const count = howMany(random, pace * level);
      for (let each = 0; each < count; each++) {
        const buyer = random.pick(buyers[channel]);
        addSale(random, sales, today, {
          channel,
          time: timeOfDay(random, midnight, trade ? TRADE_HOURS : WEB_HOURS),
          region: buyer[3] ?? null,
          shopName: null,
          shopLead: null,
          customerId: buyer[0] ?? null,
        });
      }
    }
  }
  return sales;
}

/** Columns as in the datasets `orders` and `order_lines`. */
function addSale(random: Random, sales: Sales, today: number, sale: Sale): void {
  const { orders, lines } = sales;
  const orderId = orders.length + 1;
  const orderedAt = dateTimeText(sale.time);
  const wholesale = sale.channel === "Wholesale";
  const discountRate = wholesale ? 0.18 : random.chance(0.12) ? 0.1 : 0;
  const weights = PRODUCTS.map((product) => BASKETS[sale.channel][product.category]);
  const lineCount = wholesale ? random.int(1, 4) : random.weighted([5, 4, 2]) + 1;
  let items = 0;
  let gross = 0;
  let revenue = 0;
  for (let each = 0; each < lineCount; each++) {
    const index = random.weighted(weights);
    const product = PRODUCTS[index]!;
    const quantity = wholesale ? random.int(4, 24) : random.weighted([8, 2, 1]) + 1;
    const lineGross = product.price * quantity;
    const lineRevenue = cents(lineGross * (1 - discountRate));
    items += quantity;
    gross += lineGross;
    revenue += lineRevenue;
    lines.push([
      lines.length + 1,
      orderId,
      orderedAt,
      sale.channel,
      sale.region,
      sale.shopName,
      sale.shopLead,
      index + 1,
      product.name,
      product.category,
      quantity,
      lineRevenue,
      cents(product.cost * quantity),
    ]);
  }
  orders.push([
    orderId,
    orderedAt,
    sale.channel,
    sale.region,
    sale.shopName,
    sale.shopLead,
    sale.customerId,
    orderStatus(random, sale.channel, today - sale.time),
    wholesale ? "Invoice" : ["Card", "Phone", "Cash"][random.weighted([6, 3, 1])] ?? "Card",
    items,
    cents(gross - revenue),
    cents(revenue),
  ]);
}

function orderStatus(random: Random, channel: Channel, age: number): string {
  if (channel !== "Shop" && age < 5 * DAY_MS && random.chance(0.7)) return "Open";
  const weights = channel === "Shop" ? [99, 1, 0] : [93, 4, 3];
  return ["Completed", "Refunded", "Cancelled"][random.weighted(weights)] ?? "Completed";
}

function timeOfDay(random: Random, midnight: number, hours: readonly number[]): number {
  return midnight + random.pick(hours) * 3_600_000 + random.int(0, 3599) * 1000;
}

/** A whole number whose mean is `mean`. */
function howMany(random: Random, mean: number): number {
  const wanted = mean * (0.6 + 0.8 * random.next());
  return Math.floor(wanted) + (random.chance(wanted % 1) ? 1 : 0);
}

function cents(amount: number): number {
  return Math.round(amount * 100) / 100;
}
