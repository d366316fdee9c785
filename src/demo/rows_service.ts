/** Rows around the sales: visits to the web shop, support tickets, shifts of the shops. */
import { dateTimeText, DAY_MS } from "./clock.ts";
import { REGIONS, SHOPS, TICKET_TOPICS } from "./company.ts";
import { seededRandom } from "./random.ts";
import type { SqlValue } from "./writer.ts";

const DAYS = 730;
const VISITS = 3600;
const TICKETS = 700;
const WEEKS = 104;
/** The orders are a sample of the tills; a shop's whole week is about this many times as much. */
const TILL_FACTOR = 150;

const STEPS = ["Visited", "Viewed a product", "Filled the basket", "Began checkout", "Ordered"];
/** How likely a visit goes one step on, by where it came from. */
const SOURCES: readonly (readonly [name: string, weight: number, drive: number])[] = [
  ["Search", 8, 0.58],
  ["Newsletter", 4, 0.7],
  ["Social", 5, 0.45],
  ["Direct", 5, 0.66],
  ["Partner", 2, 0.55],
];

export function visitRows(today: number, seed: string): SqlValue[][] {
  const random = seededRandom(`${seed}:visits`);
  return sortedTimes(VISITS, today, seed, "visits").map((time, index) => {
    const [source, , drive] = SOURCES[random.weighted(SOURCES.map((each) => each[1]))]!;
    const phone = random.chance(0.55);
    let steps = 1;
    while (steps < STEPS.length && random.chance(phone ? drive * 0.92 : drive)) steps++;
    return [
      index + 1,
      dateTimeText(time),
      source,
      phone ? "Phone" : random.chance(0.85) ? "Desktop" : "Tablet",
      random.pick(["/", "/beans", "/beans/sidamo-morning", "/subscriptions", "/equipment"]),
      steps,
      STEPS[steps - 1] ?? "Visited",
      Math.round(15 + steps * 55 * (0.3 + random.next())),
    ];
  });
}

export function ticketRows(today: number, seed: string): SqlValue[][] {
  const random = seededRandom(`${seed}:tickets`);
  const weights = TICKET_TOPICS.map((each) => each[1]);
  return sortedTimes(TICKETS, today, seed, "tickets").map((time, index) => {
    const region = random.weighted([5, 3, 3]);
    const priority = ["Low", "Normal", "High"][random.weighted([3, 6, 2])] ?? "Normal";
    const hours = Math.round(random.around(priority === "High" ? 14 : 34, 9) * 10) / 10;
    const open = today - time < 9 * DAY_MS && random.chance(0.6);
    return [
      index + 1,
      dateTimeText(time),
      REGIONS[region] ?? "North",
      ["Shop", "Web", "Wholesale"][random.weighted([3, 5, 2])] ?? "Web",
      TICKET_TOPICS[random.weighted(weights)]![0],
      priority,
      open ? "Open" : "Closed",
      open ? null : Math.max(0.5, hours),
      open || random.chance(0.45) ? null : 1 + random.weighted([1, 1, 2, 5, 6]),
    ];
  });
}

/** @param orders rows of the table `orders`, for each shop's takings of the week */
export function shiftRows(
  today: number,
  seed: string,
  orders: readonly (readonly SqlValue[])[],
): SqlValue[][] {
  const random = seededRandom(`${seed}:shifts`);
  const takings = weeklyTakings(today, orders);
  const rows: SqlValue[][] = [];
  for (let week = 0; week < WEEKS; week++) {
    for (const shop of SHOPS) {
      const hours = Math.round(random.around(90 + shop.pace * 260, 12));
      rows.push([
        rows.length + 1,
        dateTimeText(today - (WEEKS - week) * 7 * DAY_MS),
        shop.name,
        shop.lead,
        hours,
        Math.round(hours * (15.2 + week * 0.015)),
        Math.round((takings.get(`${week} ${shop.name}`) ?? 8) * TILL_FACTOR),
      ]);
    }
  }
  return rows;
}

function weeklyTakings(today: number, orders: readonly (readonly SqlValue[])[]) {
  const takings = new Map<string, number>();
  for (const [, orderedAt, , , shopName, , , , , , , revenue] of orders) {
    if (shopName === null) continue;
    const age = today - Date.parse(`${orderedAt}Z`);
    const key = `${WEEKS - Math.ceil(age / (7 * DAY_MS))} ${shopName}`;
    takings.set(key, (takings.get(key) ?? 0) + Number(revenue));
  }
  return takings;
}

/** Times of the last two years in their order, denser towards today. */
function sortedTimes(count: number, today: number, seed: string, subject: string): number[] {
  const random = seededRandom(`${seed}:${subject}:times`);
  const span = DAYS * DAY_MS;
  return Array.from({ length: count }, () => {
    const time = today - span + Math.floor(Math.pow(random.next(), 0.85) * span);
    return time - time % 1000;
  }).sort((left, right) => left - right);
}
