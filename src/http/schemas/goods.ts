import { nullableString } from './fields.js';

/** What products, stock and order lines tell of the goods themselves. */
export const describedGoods = {
  thc: nullableString({ description: 'Content of THC in percent, as a decimal number', examples: ['0.2'] }),
  batchNumber: nullableString({ description: 'The batch in the warehouse', examples: ['B-2026-014'] }),
  coaLink: nullableString({
    description: 'Certificate of analysis',
    examples: ['https://coa.example.com/B-2026-014.pdf'],
  }),
};
