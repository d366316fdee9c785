/**
 * The company of the demo, Lindgrove Coffee Roasters: eight shops in three regions, a web shop and
 * a wholesale trade. Every name here is invented.
 */

export const COMPANY_NAME = "Lindgrove Coffee Roasters";

export interface Shop {
  readonly name: string;
  readonly city: string;
  readonly region: Region;
  readonly lead: string;
  readonly openedYearsAgo: number;
  readonly seats: number;
  /** Orders on an ordinary day that make it into the records. */
  readonly pace: number;
}

export type Region = "North" | "South" | "Coast";

export const REGIONS: readonly Region[] = ["North", "South", "Coast"];

export const CITIES: Readonly<Record<Region, readonly string[]>> = {
  North: ["Aldermere", "Thornby", "Kettlewick"],
  South: ["Wexcombe", "Dunley", "Marrowfield"],
  Coast: ["Port Ellery", "Saltmarsh", "Gullhaven"],
};

export const SHOPS: readonly Shop[] = [
  shop("Aldermere Market Hall", "Aldermere", "North", "ines", 9, 46, 0.75),
  shop("Aldermere Station", "Aldermere", "North", "tomas", 6, 18, 0.65),
  shop("Thornby Mill", "Thornby", "North", "sam", 4, 32, 0.5),
  shop("Wexcombe High Street", "Wexcombe", "South", "ruta", 8, 40, 0.6),
  shop("Wexcombe Campus", "Wexcombe", "South", "leo", 3, 54, 0.45),
  shop("Dunley Square", "Dunley", "South", "petra", 5, 28, 0.4),
  shop("Port Ellery Quay", "Port Ellery", "Coast", "hugo", 7, 36, 0.5),
  shop("Saltmarsh Pier", "Saltmarsh", "Coast", "amal", 2.5, 22, 0.35),
];

export type Category = "Beans" | "Drinks" | "Bakery" | "Equipment" | "Subscriptions";

export interface Product {
  readonly name: string;
  readonly category: Category;
  readonly origin: string | null;
  readonly price: number;
  readonly cost: number;
  readonly note: string;
}

export const PRODUCTS: readonly Product[] = [
  product("Aldermere House Blend", "Beans", "Brazil", 11.5, 5.1, "hazelnut"),
  product("Ferryman Espresso", "Beans", "Brazil", 12.5, 5.4, "dark chocolate"),
  product("Sidamo Morning", "Beans", "Ethiopia", 15.9, 7.8, "bergamot"),
  product("Guji Natural", "Beans", "Ethiopia", 17.5, 8.9, "blueberry"),
  product("Huila Reserve", "Beans", "Colombia", 14.5, 6.9, "red apple"),
  product("Antigua Terrace", "Beans", "Guatemala", 14.9, 7.2, "cocoa"),
  product("Nyeri Peaberry", "Beans", "Kenya", 18.9, 9.9, "blackcurrant"),
  product("Night Watch Decaf", "Beans", "Colombia", 13.9, 6.8, "caramel"),
  product("Flat White", "Drinks", null, 3.9, 0.9, "milk chocolate"),
  product("Cappuccino", "Drinks", null, 3.7, 0.9, "toffee"),
  product("Espresso", "Drinks", null, 2.6, 0.5, "dark chocolate"),
  product("Filter of the Day", "Drinks", null, 3.2, 0.5, "citrus"),
  product("Oat Latte", "Drinks", null, 4.4, 1.2, "oat biscuit"),
  product("Cold Brew", "Drinks", null, 4.2, 0.8, "cherry"),
  product("Cardamom Bun", "Bakery", null, 3.4, 1.2, "cardamom"),
  product("Almond Croissant", "Bakery", null, 3.8, 1.5, "almond"),
  product("Rye Toast", "Bakery", null, 4.6, 1.6, "malt"),
  product("Banana Bread", "Bakery", null, 3.5, 1.1, "banana"),
  product("Hand Grinder", "Equipment", null, 64, 38, "steel"),
  product("Pour-over Set", "Equipment", null, 39, 21, "ceramic"),
  product("Moka Pot", "Equipment", null, 34, 19, "aluminium"),
  product("Travel Cup", "Equipment", null, 18, 7.5, "cork"),
  product("Monthly Explorer", "Subscriptions", null, 27, 13.5, "surprise"),
  product("Office Kilo", "Subscriptions", null, 48, 26, "hazelnut"),
];

/** What each channel sells: the weight of each category in a basket. */
export const BASKETS: Readonly<Record<Channel, Readonly<Record<Category, number>>>> = {
  Shop: { Beans: 1.2, Drinks: 6, Bakery: 3, Equipment: 0.2, Subscriptions: 0 },
  Web: { Beans: 6, Drinks: 0, Bakery: 0, Equipment: 1.5, Subscriptions: 2 },
  Wholesale: { Beans: 9, Drinks: 0, Bakery: 0, Equipment: 0.6, Subscriptions: 1.2 },
};

export type Channel = "Shop" | "Web" | "Wholesale";

export const FIRST_NAMES: readonly string[] = [
  ..."Anna Bela Carl Dora Elif Finn Gita Hans Iris Jonas Kofi Lena Milo Nadia Omar Pia Quinn Rosa"
    .split(
      " ",
    ),
  ..."Sven Tara Uma Viktor Wanda Yusuf Zoe".split(" "),
];

export const LAST_NAMES: readonly string[] =
  "Abara Bergstrom Costa Dahl Eriksen Farrow Greaves Holm Ivanova Jensen Kaur Lund Mbeki Novak Osei Park Quist Rahman Silva Tanaka Ueda Varga Weber Yilmaz Zeller"
    .split(" ");

export const TRADE_NAMES: readonly string[] =
  "Bistro Bakery Hotel Deli Canteen Bookshop Guesthouse Brasserie Co-working Cinema".split(" ");

export const TICKET_TOPICS: readonly (readonly [topic: string, weight: number])[] = [
  ["Late delivery", 9],
  ["Wrong grind", 6],
  ["Damaged parcel", 5],
  ["Subscription change", 7],
  ["Invoice question", 6],
  ["Refund", 4],
  ["Loyalty points", 4],
  ["Stale beans", 2],
  ["Machine advice", 3],
  ["Allergen question", 2],
  ["Gift card", 3],
  ["Opening hours", 2],
];

function shop(
  name: string,
  city: string,
  region: Region,
  lead: string,
  openedYearsAgo: number,
  seats: number,
  pace: number,
): Shop {
  return { name, city, region, lead, openedYearsAgo, seats, pace };
}

function product(
  name: string,
  category: Category,
  origin: string | null,
  price: number,
  cost: number,
  note: string,
): Product {
  return { name, category, origin, price, cost, note };
}
