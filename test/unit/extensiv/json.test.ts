import { expect, it } from 'vitest';
import { parseJson } from '../../../src/adapters/extensiv/json.js';
import { toOrder } from '../../../src/adapters/extensiv/order.js';

const parse = (text: string) => parseJson(Buffer.from(text));

it('integers too long for a number keep all their digits, as text', () => {
  expect(parse('{"id":1790000000000000123,"debt": -9007199254740993 ,"ids":[9007199254740993,7]}')).toEqual({
    id: '1790000000000000123',
    debt: '-9007199254740993',
    ids: ['9007199254740993', 7],
  });
});

it('everything else is left as it is beside one', () => {
  const rest = '"most":9007199254740991,"price":0.30000000000000004,"power":12345678901234567890e1,"not":1.5';
  const texts = '"text":"a \\"9007199254740993\\", 1","\\\\":"\\\\"';
  const text = `{${rest},${texts}}`;
  expect(parse(`[9007199254740993,${text}]`)).toEqual(['9007199254740993', JSON.parse(text)]);
});

it('what is no JSON stays so', () => {
  for (const text of ['', '{"id":9007199254740993', '9007199254740993x', '"9007199254740993', '-'])
    expect(parse(text)).toBeUndefined();
});

it('a body that was cut off within a long text is refused at once', () => {
  // The processor's time: what others do with it meanwhile does not count.
  const before = process.cpuUsage();
  expect(parse(`{"id":9007199254740993,"note":"${'\\"'.repeat(50_000)}`)).toBeUndefined();
  expect(process.cpuUsage(before).user).toBeLessThan(500_000);
});

it('an order counted and tracked in long numbers is that order', () => {
  const text =
    '{"id":1790000000000000123,"order_number":"VL-1","status":"shipped","tracking_number":9400111899223197428490}';
  expect(toOrder(parse(text))).toMatchObject({
    extensivOrderId: '1790000000000000123',
    trackingNumber: '9400111899223197428490',
  });
});
