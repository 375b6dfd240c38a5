/**
 * The shop's catalogue, people and carts in the shapes of the FakeStore API. Ids, prices, categories, ratings, cart dates
 * and quantities equal the public data set, so that its known totals hold (seven carts: 4,691.27); titles, texts,
 * addresses and passwords are our own.
 */

export const CATEGORIES = ["men's clothing", 'jewelery', 'electronics', "women's clothing"] as const;
export type Category = (typeof CATEGORIES)[number];

export interface CatalogueProduct {
  readonly id: number;
  readonly title: string;
  readonly price: number;
  readonly description: string;
  readonly category: Category;
  readonly image: string;
  readonly rating: { readonly rate: number; readonly count: number };
}

export interface CatalogueUser {
  readonly id: number;
  readonly email: string;
  readonly username: string;
  /** In clear, as the original serves it: the edge must never let it through. */
  readonly password: string;
  readonly phone: string;
  readonly name: { readonly firstname: string; readonly lastname: string };
  readonly address: {
    readonly city: string;
    readonly street: string;
    readonly number: number;
    readonly zipcode: string;
    readonly geolocation: { readonly lat: string; readonly long: string };
  };
}

export interface CatalogueCart {
  readonly id: number;
  readonly userId: number;
  /** ISO time, UTC. */
  readonly date: string;
  readonly products: readonly { readonly productId: number; readonly quantity: number }[];
}

type ProductRow = readonly [
  id: number,
  title: string,
  price: number,
  category: Category,
  rate: number,
  count: number,
  description: string,
];

const MEN = "men's clothing";
const WOMEN = "women's clothing";

/** Titles 5, 15 and 18 end in a space: the original has such titles too. */
const PRODUCT_ROWS: readonly ProductRow[] = [
  [1, 'Harbour Day Pack', 109.95, MEN, 3.9, 120, 'Holds a laptop, a lunch and a wet coat.'],
  [2, 'Plain Slim Tee', 22.3, MEN, 4.1, 259, 'Light cotton, three buttons, no print.'],
  [3, 'Millwright Jacket', 55.99, MEN, 4.7, 500, 'For spring mornings and long dog walks.'],
  [4, 'Everyday Henley', 15.99, MEN, 2.1, 430, 'Runs small; the size table tells by how much.'],
  [5, 'River Dragon Bracelet ', 695, 'jewelery', 4.6, 400, 'Silver and brass, closed by hand.'],
  [6, 'Thin Gold Band', 168, 'jewelery', 3.9, 70, 'A millimetre of gold, for every day.'],
  [7, 'Clear Stone Ring', 9.99, 'jewelery', 3, 400, 'A glass stone that knows that it is one.'],
  [8, 'Rose Steel Studs', 10.99, 'jewelery', 1.9, 100, 'A pair, steel, rose plated.'],
  [9, 'Pocket Drive 2 TB', 64, 'electronics', 3.3, 203, 'A portable disk with a short cable.'],
  [10, 'Quiet SSD 1 TB', 109, 'electronics', 2.9, 470, 'Solid state, 2.5 inch, five years of warranty.'],
  [11, 'Swift SSD 256 GB', 109, 'electronics', 4.8, 319, 'For the old laptop that deserves another life.'],
  [12, 'Console Drive 4 TB', 114, 'electronics', 4.8, 400, 'Plugs into a game console and stays there.'],
  [13, 'Frameless Screen 21', 599, 'electronics', 2.9, 250, 'Full HD, 75 Hz, thin edge on three sides.'],
  [
    14,
    'Wide Curved Screen 49',
    999.99,
    'electronics',
    2.2,
    140,
    'Two windows side by side, and no gap between.',
  ],
  [15, 'Snowline Parka ', 56.99, WOMEN, 2.6, 235, 'Three layers that part when the snow melts.'],
  [16, 'Soft Rider Jacket', 29.95, WOMEN, 2.9, 340, 'Looks like leather, washes like cotton.'],
  [17, 'Coastal Rain Coat', 39.99, WOMEN, 3.8, 679, 'Striped lining, deep pockets, long sleeves.'],
  [18, 'Boat Neck Shirt ', 9.85, WOMEN, 4.7, 130, 'Short sleeves, light stretch, one pocket less.'],
  [19, 'Dry Run Tee', 7.95, WOMEN, 4.5, 146, 'Dries while you are still running.'],
  [20, 'Weekend V-Neck', 12.99, WOMEN, 3.6, 145, 'Soft, casual, and cheaper than its name.'],
];

export const PRODUCTS: readonly CatalogueProduct[] = PRODUCT_ROWS.map(
  ([id, title, price, category, rate, count, description]) => ({
    id,
    title,
    price,
    description,
    category,
    image: `https://images.example.com/products/${id}.png`,
    rating: { rate, count },
  }),
);

type UserRow = readonly [
  id: number,
  username: string,
  firstname: string,
  lastname: string,
  password: string,
  phone: string,
  place: readonly [street: string, number: number, city: string, zipcode: string, lat: string, long: string],
];

/** Users 1 and 2 share phone, city, zip code and coordinates; no coordinates fit their city: never geocode them. */
const USER_ROWS: readonly UserRow[] = [
  [
    1,
    'johnd',
    'john',
    'draper',
    'kettle-41-lantern',
    '1-555-010-7007',
    ['mill lane', 7, 'kilcoole', '12926-3874', '-37.3159', '81.1496'],
  ],
  [
    2,
    'mor_2314',
    'maura',
    'orchard',
    'paper.boat.2314',
    '1-555-010-7007',
    ['weir road', 26, 'kilcoole', '12926-3874', '-37.3159', '81.1496'],
  ],
  [
    3,
    'kevinryan',
    'kevin',
    'ryder',
    'quince&quartz',
    '1-555-010-3003',
    ['ash street', 14, 'Cullman', '29567-1452', '40.3467', '-30.1310'],
  ],
  [
    4,
    'donero',
    'dona',
    'rowe',
    'nine-herons',
    '1-555-010-4004',
    ['ferry drive', 6, 'San Antonio', '98234-1734', '50.3467', '-20.1310'],
  ],
  [
    5,
    'derek',
    'derek',
    'pond',
    'Slow!River5',
    '1-555-010-5005',
    ['hilltop way', 345, 'san Antonio', '80796-1234', '40.3467', '-40.1310'],
  ],
  [
    6,
    'david_r',
    'david',
    'reed',
    'oak+owl+oar',
    '1-555-010-6006',
    ['station walk', 12, 'el paso', '96378-0245', '20.1677', '-10.6789'],
  ],
  [
    7,
    'snyder',
    'mira',
    'snyder',
    'blue gate 77',
    '1-555-010-7117',
    ['fallow court', 6, 'fresno', '96378-0245', '10.3456', '20.6419'],
  ],
  [
    8,
    'hopkins',
    'will',
    'hopkins',
    'w1nd&mill',
    '1-555-010-8008',
    ['vinegar row', 30, 'mesa', '23234-5678', '50.3456', '10.6419'],
  ],
  [
    9,
    'kate_h',
    'kate',
    'hale',
    'kate*s0rrel',
    '1-555-010-9009',
    ['garden yard', 345, 'miami', '83457-9012', '40.1234', '20.5419'],
  ],
  [
    10,
    'jimmie_k',
    'jimmie',
    'kline',
    'tin-whistle-10',
    '1-555-010-1010',
    ['old canal', 526, 'fort wayne', '10256-4532', '30.2461', '-60.9019'],
  ],
];

export const USERS: readonly CatalogueUser[] = USER_ROWS.map(
  ([id, username, firstname, lastname, password, phone, [street, number, city, zipcode, lat, long]]) => ({
    id,
    email: `${firstname}.${lastname}@example.com`,
    username,
    password,
    phone,
    name: { firstname, lastname },
    address: { city, street, number, zipcode, geolocation: { lat, long } },
  }),
);

type CartRow = readonly [
  id: number,
  userId: number,
  date: string,
  lines: readonly (readonly [number, number])[],
];

/** Totals at catalogue prices: 798.04, 2578.70, 283.90, 439.80, 20.98, 560.00 and 9.85. */
const CART_ROWS: readonly CartRow[] = [
  [
    1,
    1,
    '2020-03-02',
    [
      [1, 4],
      [2, 1],
      [3, 6],
    ],
  ],
  [
    2,
    1,
    '2020-01-02',
    [
      [2, 4],
      [1, 10],
      [5, 2],
    ],
  ],
  [
    3,
    2,
    '2020-03-01',
    [
      [1, 2],
      [9, 1],
    ],
  ],
  [4, 3, '2020-01-01', [[1, 4]]],
  [
    5,
    3,
    '2020-03-01',
    [
      [7, 1],
      [8, 1],
    ],
  ],
  [
    6,
    4,
    '2020-03-01',
    [
      [10, 2],
      [12, 3],
    ],
  ],
  [7, 8, '2020-03-01', [[18, 1]]],
];

export const CARTS: readonly CatalogueCart[] = CART_ROWS.map(([id, userId, date, lines]) => ({
  id,
  userId,
  date: `${date}T00:00:00.000Z`,
  products: lines.map(([productId, quantity]) => ({ productId, quantity })),
}));
