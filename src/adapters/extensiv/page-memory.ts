import { LRUCache } from 'lru-cache';
import type { WirePage } from './wire-page.js';

/** The pages of one list as they last came, so that what comes again byte for byte is not parsed again. */
export interface PageMemory {
  /** The page of this number, when these are its bytes. */
  recall(number: number, bytes: Buffer): WirePage | undefined;
  keep(number: number, page: WirePage): void;
}

/** Bytes of all pages kept: the inventory of some 180,000 SKUs. Of a larger one every page is read each time. */
const maxBytes = 64 * 1024 * 1024;

export function createPageMemory(): PageMemory {
  const pages = new LRUCache<number, WirePage>({ maxSize: maxBytes, sizeCalculation: sizeOf });
  return {
    recall(number, bytes) {
      const page = pages.get(number);
      return page?.bytes.equals(bytes) ? page : undefined;
    },
    keep(number, page) {
      pages.set(number, page);
    },
  };
}

function sizeOf({ bytes }: WirePage): number {
  return Math.max(1, bytes.length);
}
