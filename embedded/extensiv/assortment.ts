/** What the catalogue is made of: brands, the forms a product comes in, and the words of its name. */

export interface Brand {
  readonly name: string;
  readonly code: string;
  readonly slug: string;
}

export interface Form {
  readonly code: string;
  readonly name: string;
  readonly category: string;
  /** Milligrams of cannabinoids per package; the label says so, except for flower. */
  readonly strengths: readonly [number, ...number[]];
  readonly variants: readonly [string, ...string[]];
  readonly packages: readonly [string, ...string[]];
  /** Cheapest package, in cents, before strength is added. */
  readonly basePrice: number;
}

export const brands: readonly [Brand, ...Brand[]] = [
  { name: 'VitalHemp', code: 'VTH', slug: 'vitalhemp' },
  { name: 'Green Mesa Botanicals', code: 'GMB', slug: 'green-mesa' },
  { name: 'Blue Ridge CBD Co.', code: 'BRC', slug: 'blue-ridge' },
  { name: 'Sunleaf Naturals', code: 'SLN', slug: 'sunleaf' },
  { name: 'Cascade Calm', code: 'CSC', slug: 'cascade-calm' },
  { name: 'High Plains Hemp', code: 'HPH', slug: 'high-plains' },
  { name: 'Juniper & Sage', code: 'JNS', slug: 'juniper-sage' },
  { name: 'Kindred Root', code: 'KDR', slug: 'kindred-root' },
  { name: 'Lumen Wellness', code: 'LUM', slug: 'lumen' },
  { name: 'Old Mill Farms', code: 'OMF', slug: 'old-mill' },
  { name: 'Paws & Meadow', code: 'PWM', slug: 'paws-meadow' },
  { name: 'Tidewater Extracts', code: 'TWX', slug: 'tidewater' },
];

const flavours = ['Natural', 'Peppermint', 'Citrus', 'Vanilla', 'Wild Berry', 'Ginger Lemon'] as const;

export const forms: readonly [Form, ...Form[]] = [
  {
    code: 'OIL',
    name: 'Full Spectrum CBD Oil',
    category: 'Tinctures',
    strengths: [500, 1000, 1500, 3000],
    variants: flavours,
    packages: ['30 ml', '60 ml'],
    basePrice: 2400,
  },
  {
    code: 'ISO',
    name: 'THC-Free CBD Isolate Drops',
    category: 'Tinctures',
    strengths: [600, 1200, 2400],
    variants: flavours,
    packages: ['30 ml'],
    basePrice: 1900,
  },
  {
    code: 'GUM',
    name: 'CBD Gummies',
    category: 'Edibles',
    strengths: [300, 750, 1500],
    variants: ['Mixed Fruit', 'Sour Apple', 'Blood Orange', 'Elderberry', 'Peach', 'Watermelon'],
    packages: ['30 ct', '60 ct'],
    basePrice: 1800,
  },
  {
    code: 'CAP',
    name: 'CBD Softgels',
    category: 'Capsules',
    strengths: [750, 1500],
    variants: ['Daily', 'Night with CBN', 'Turmeric', 'Focus with CBG'],
    packages: ['30 ct', '60 ct', '90 ct'],
    basePrice: 2600,
  },
  {
    code: 'BLM',
    name: 'Relief Balm',
    category: 'Topicals',
    strengths: [400, 1000, 2000],
    variants: ['Arnica', 'Lavender', 'Menthol', 'Unscented'],
    packages: ['1 oz', '2 oz'],
    basePrice: 1600,
  },
  {
    code: 'LOT',
    name: 'Body Lotion',
    category: 'Topicals',
    strengths: [250, 500],
    variants: ['Lavender', 'Eucalyptus', 'Unscented'],
    packages: ['4 oz', '8 oz'],
    basePrice: 1500,
  },
  {
    code: 'FLW',
    name: 'Hemp Flower',
    category: 'Flower',
    strengths: [560, 1120, 2240],
    variants: ['Lifter', 'Sour Space Candy', 'Hawaiian Haze', 'Suver Haze', 'Bubba Kush'],
    packages: ['3.5 g', '7 g', '14 g'],
    basePrice: 1400,
  },
  {
    code: 'PRE',
    name: 'Hemp Pre-Rolls',
    category: 'Flower',
    strengths: [150, 750],
    variants: ['Lifter', 'Elektra', 'Special Sauce', 'White CBG'],
    packages: ['1 pk', '5 pk'],
    basePrice: 700,
  },
  {
    code: 'PET',
    name: 'Pet Chews',
    category: 'Pet',
    strengths: [150, 300, 600],
    variants: ['Bacon', 'Peanut Butter', 'Salmon'],
    packages: ['30 ct'],
    basePrice: 1700,
  },
  {
    code: 'BTH',
    name: 'Bath Bomb',
    category: 'Bath',
    strengths: [50, 100],
    variants: ['Eucalyptus', 'Rose', 'Lavender', 'Citrus'],
    packages: ['1 ct', '3 ct'],
    basePrice: 600,
  },
  {
    code: 'HON',
    name: 'Hemp Honey Sticks',
    category: 'Edibles',
    strengths: [100, 200],
    variants: ['Clover', 'Orange Blossom', 'Wildflower'],
    packages: ['10 ct', '20 ct'],
    basePrice: 900,
  },
];
