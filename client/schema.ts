// Written by node scripts/docs.mjs from docs/openapi.json.

export interface paths {
    "/.well-known/audit-key": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Public keys of the audit seals
         * @description A JWK set (RFC 7517). The current key comes first, former ones follow; empty where nothing is signed.
         */
        get: operations["getAuditKey"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/brands": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List brands
         * @description A brand sees itself only.
         *
         *     Needs `read:brands`: brand, operator, auditor, admin.
         */
        get: operations["listBrands"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/brands/{id}/share": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Set a brand's own share
         * @description From the next payment on; orders that are paid keep the share they were paid with. Null returns the brand to the default rule. Repeating it changes nothing.
         *
         *     Needs `manage:brands`: operator, admin.
         */
        put: operations["overrideBrandShare"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Follow changes of orders and stock
         * @description Server-sent events. `order`: an order has a new event; `stock`: a SKU has. Each says what the read models show now. A buyer gets its own orders, a brand its own products, staff everything. Send the last `id` back as `Last-Event-ID` to go on where a stream ended: nothing is lost and nothing repeated. `reset`: too much was missed to be told, or what was told is no more: read your lists anew. A stream ends by itself after 15 minutes, and soon after its credential has expired or was taken back; ask again.
         *
         *     Needs `read:events`: buyer, brand, operator, auditor, admin.
         */
        get: operations["followEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/inventory": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List stock
         * @description Every listed SKU, from the cache where it has them. A brand sees its own only.
         *
         *     Needs `read:catalogue`: buyer, brand, operator, auditor, admin.
         */
        get: operations["listInventory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/inventory/{sku}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the stock of a SKU
         * @description With `asOf` the stock as it was at that revision, or after everything recorded up to that time, folded from the events; also for a SKU that is no longer listed. A brand finds its own only.
         *
         *     Needs `read:catalogue`: buyer, brand, operator, auditor, admin.
         */
        get: operations["getInventoryItem"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/inventory/{sku}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a SKU's events
         * @description As recorded, oldest first; `verified` says whether the hash chain holds, on a later page from the last event of the page before on, and `fault` where it does not.
         *
         *     Needs `read:history`: operator, auditor, admin.
         */
        get: operations["getInventoryHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/inventory/{sku}/reservations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * See what is reserved of a SKU, and for whom
         * @description The earliest first, a thousand at most; `total` and `reserved` count all.
         *
         *     Needs `read:reservations`: operator, auditor, admin.
         */
        get: operations["listReservations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/inventory/sync": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sync with the warehouse now
         * @description Starts a run, or joins the one under way. With `wait` the answer is the finished run, completed or failed. Needs no body.
         *
         *     Needs `run:sync`: operator, admin.
         */
        post: operations["syncInventory"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/inventory/syncs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List past syncs
         * @description Newest first.
         *
         *     Needs `read:syncs`: operator, auditor, admin.
         */
        get: operations["listSyncs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/lots/{batchNumber}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Trace a lot
         * @description The products of a lot and the order lines sold under it, the earliest first. The lot of a line is the one the catalogue named when the order was placed. `products` counts all orders, `orders` is one page of them.
         *
         *     Needs `read:lots`: operator, auditor, admin.
         */
        get: operations["traceLot"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/orders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List orders
         * @description The newest first, unless `sort` says otherwise. A buyer sees its own only.
         *
         *     Needs `read:orders`: buyer, operator, auditor, admin.
         */
        get: operations["listOrders"];
        put?: never;
        /**
         * Place an order
         * @description Reserves every SKU and opens a payment. `payment` is null when the payment provider cannot be reached: the order stands, ask `POST /orders/{id}/payment` for it. With an `Idempotency-Key` a repeated request answers the same order again. `X-Event-Position` says where the write ended.
         *
         *     Needs `place:orders`: buyer, operator, admin.
         */
        post: operations["placeOrder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/orders/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get an order
         * @description By id or order number. `ETag` is the revision; `If-None-Match` answers 304 while it stands. With `asOf` the order as it was at that revision, or after everything recorded up to that time, from when it was placed; its `ETag` changes where personal data are erased.
         *
         *     Needs `read:orders`: buyer, operator, auditor, admin.
         */
        get: operations["getOrder"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/orders/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel an order
         * @description Releases its stock and refunds it when it was paid. Repeating it changes nothing.
         *
         *     Needs `cancel:orders`: buyer, operator, admin.
         */
        post: operations["cancelOrder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/orders/{id}/diff": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Compare an order at two moments of its life
         * @description Each moment is a revision or a time; the changes lead from the one to the other, by default from the placing of the order to now.
         *
         *     Needs `read:history`: operator, auditor, admin.
         */
        get: operations["diffOrder"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/orders/{id}/export/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send an order to the warehouse again
         * @description From `export_failed`. The body may be left out.
         *
         *     Needs `manage:orders`: operator, admin.
         */
        post: operations["retryExport"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/orders/{id}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get an order's events
         * @description As recorded, oldest first; `verified` says whether the hash chain holds, `fault` where it does not. An event that this release cannot read is shown as far as it goes, and says so in `unreadable`.
         *
         *     Needs `read:history`: operator, auditor, admin.
         */
        get: operations["getOrderHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/orders/{id}/payment": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Get an order's open payment
         * @description Creates it when the payment provider was down when the order was placed.
         *
         *     Needs `pay:orders`: buyer, operator, admin.
         */
        post: operations["fetchPayment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/orders/{id}/refunds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Refund an order, or a part of it
         * @description Sends money back and reverses the payouts in proportion. One refund at a time; after one that failed, ask again, under another `Idempotency-Key`. With the same one a repeated request refunds nothing more.
         *
         *     Needs `refund:orders`: operator, admin.
         */
        post: operations["requestRefund"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/orders/{id}/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Set the status by hand
         * @description For what the warehouse cannot tell. Forwards only; repeating it changes nothing. With `If-Match` only while the order still has that `ETag`.
         *
         *     Needs `manage:orders`: operator, admin.
         */
        patch: operations["setOrderStatus"];
        trace?: never;
    };
    "/api/v1/payouts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Payout statement
         * @description Allocations and reversals with their totals per currency, which are the sums of all entries. A brand sees its own only. As `text/csv`, by `Accept` or `format=csv`, a statement of any length, amounts in major units, with lines of kind `total` at its end.
         *
         *     Needs `read:payouts`: brand, operator, auditor, admin.
         */
        get: operations["listPayouts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/products": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List products
         * @description Products for sale, from the cache where it has them. Prices are minor units. A brand sees its own only.
         *
         *     Needs `read:catalogue`: buyer, brand, operator, auditor, admin.
         */
        get: operations["listProducts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/products/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a product
         * @description By product id or SKU. A brand finds its own only.
         *
         *     Needs `read:catalogue`: buyer, brand, operator, auditor, admin.
         */
        get: operations["getProduct"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/stripe": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Receive a Stripe event
         * @description Answers 200 once the event is stored; what follows from it happens later. Repeats are welcome.
         */
        post: operations["receiveStripeWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The process is alive
         * @description Looks at nothing else: a process that answers is not started anew.
         */
        get: operations["getLiveness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the metrics
         * @description In the Prometheus text format; docs/reference/metrics.md lists them.
         */
        get: operations["getMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get this document
         * @description OpenAPI 3.1, made of the routes themselves.
         */
        get: operations["getOpenApi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/problems/{code}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a problem means
         * @description The `type` of a problem leads here.
         */
        get: operations["getProblem"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The process can do its work
         * @description Each check says in words what is wrong.
         */
        get: operations["getReadiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * InventoryItem
         * @description The stock of a SKU
         */
        InventoryItem: {
            /**
             * @description Pieces that can still be promised
             * @example 112
             */
            available: number;
            /**
             * @description The batch in the warehouse
             * @example B-2026-014
             */
            batchNumber: string | null;
            /**
             * @description The name of the brand
             * @example VitalHemp
             */
            brand: string;
            /**
             * @description Certificate of analysis
             * @example https://coa.example.com/B-2026-014.pdf
             */
            coaLink: string | null;
            /**
             * @description ISO 4217
             * @example USD
             */
            currency: string;
            /**
             * @description The name of the product
             * @example Honey Hemp Tincture 30 ml
             */
            name: string;
            /**
             * @description Of one piece, in minor units (cents)
             * @example 2500
             */
            price: number;
            /**
             * @description Pieces promised to orders the warehouse does not count yet
             * @example 8
             */
            reserved: number;
            /**
             * @description The stock keeping unit
             * @example VTH-HON-0001
             */
            sku: string;
            /**
             * @description Pieces as the warehouse says
             * @example 120
             */
            stock: number;
            /**
             * @description Content of THC in percent, as a decimal number
             * @example 0.2
             */
            thc: string | null;
            /**
             * @description ISO 8601 UTC with milliseconds
             * @example 2026-03-01T09:30:00.000Z
             */
            updatedAt: string;
        };
        /**
         * Order
         * @description An order as its events have made it
         */
        Order: {
            /**
             * @description Who carries the parcel
             * @example UPS
             */
            carrier: string | null;
            /**
             * @description ISO 4217
             * @example USD
             */
            currency: string;
            /** @description The buyer, as the order names it */
            customer: {
                /**
                 * @description May be empty
                 * @example Doe Wellness LLC
                 */
                companyName: string;
                /**
                 * @description Where confirmations go
                 * @example jane@example.com
                 */
                email: string;
                /**
                 * @description Who ordered
                 * @example Jane Doe
                 */
                name: string;
                /**
                 * @description May be empty
                 * @example +1 555 0100
                 */
                phone: string;
            };
            /**
             * @description The buyer; null for orders placed by staff
             * @example cus_4711
             */
            customerId: string | null;
            /**
             * @description Whether the buyer comes for it, or it is brought
             * @example delivery
             * @enum {string}
             */
            deliveryMethod: "pickup" | "delivery";
            /**
             * @description For `delivery`
             * @example north
             */
            deliveryZone: string | null;
            /**
             * @description When the personal data were erased at the customer’s request
             * @example 2026-03-01T09:45:00.000Z
             */
            erasedAt: string | null;
            /**
             * @description ISO 8601 UTC with milliseconds, or null
             * @example 2026-03-01T09:45:00.000Z
             */
            exportedAt: string | null;
            /**
             * @description The order in the warehouse
             * @example ext-90017
             */
            extensivOrderId: string | null;
            /**
             * @description The id of the order
             * @example 0d1f7a52-9c1b-4a35-8a3c-6f2f3f6a1b20
             */
            id: string;
            /** @description As placed, at the prices of that moment */
            lineItems: {
                /**
                 * @description The batch in the warehouse
                 * @example B-2026-014
                 */
                batchNumber: string | null;
                /**
                 * @description The name of the brand
                 * @example VitalHemp
                 */
                brand: string;
                /**
                 * @description The id of the brand
                 * @example vitalhemp
                 */
                brandId: string;
                /**
                 * @description Certificate of analysis
                 * @example https://coa.example.com/B-2026-014.pdf
                 */
                coaLink: string | null;
                /**
                 * @description Of the line, in minor units (cents)
                 * @example 5000
                 */
                lineTotal: number;
                /**
                 * @description The name of the product when it was ordered
                 * @example Honey Hemp Tincture 30 ml
                 */
                name: string;
                /**
                 * @description Pieces
                 * @example 2
                 */
                quantity: number;
                /**
                 * @description The stock keeping unit
                 * @example VTH-HON-0001
                 */
                sku: string;
                /**
                 * @description Content of THC in percent, as a decimal number
                 * @example 0.2
                 */
                thc: string | null;
                /**
                 * @description Of one piece when it was ordered, in minor units (cents)
                 * @example 2500
                 */
                unitPrice: number;
            }[];
            /**
             * @description What people call the order
             * @example VL-K7QF-2M8D-4XRA
             */
            orderNumber: string;
            /**
             * @description ISO 8601 UTC with milliseconds, or null
             * @example 2026-03-01T09:45:00.000Z
             */
            paidAt: string | null;
            /**
             * @description The payment at Stripe
             * @example pi_3PqX2eKZ
             */
            paymentIntentId: string | null;
            /** @description How the paid amount is split; null until paid, and for buyers */
            payouts: {
                /**
                 * @description Of all brands, in minor units (cents)
                 * @example 3500
                 */
                brandTotal: number;
                /** @description One per brand */
                entries: {
                    /**
                     * @description The name of the brand
                     * @example VitalHemp
                     */
                    brand: string;
                    /**
                     * @description The id of the brand
                     * @example vitalhemp
                     */
                    brandId: string;
                    /**
                     * @description The brand's part, in minor units (cents)
                     * @example 3500
                     */
                    brandShare: number;
                    /**
                     * @description What the goods cost, in minor units (cents)
                     * @example 5000
                     */
                    gross: number;
                    /**
                     * @description The platform's part, in minor units (cents)
                     * @example 1500
                     */
                    platformShare: number;
                }[];
                /**
                 * @description Of the platform, in minor units (cents)
                 * @example 1500
                 */
                platformTotal: number;
                /** @description The rule that was in force when the order was paid */
                rule: {
                    /**
                     * @description Default share of a brand in basis points
                     * @example 7000
                     */
                    brandShareBps: number;
                    /**
                     * @description Of the rule
                     * @example 1
                     */
                    version: number;
                };
            } | null;
            /**
             * @description ISO 8601 UTC with milliseconds
             * @example 2026-03-01T09:30:00.000Z
             */
            placedAt: string;
            /**
             * @description What went back, in minor units (cents)
             * @example 0
             */
            refundedTotal: number;
            /**
             * @description Whether money went back
             * @enum {string}
             */
            refundStatus: "none" | "requested" | "partial" | "succeeded" | "failed";
            /**
             * @description Of the last event; also the ETag
             * @example 3
             */
            revision: number;
            /** @description As placed */
            shippingAddress: {
                /**
                 * @description Town or city
                 * @example Denver
                 */
                city: string;
                /**
                 * @description As placed
                 * @example US
                 */
                country: string;
                /**
                 * @description State or province
                 * @example CO
                 */
                state: string;
                /**
                 * @description Street and number
                 * @example 1 Main Street
                 */
                street1: string;
                /**
                 * @description Suite, floor or building
                 * @example Suite 200
                 */
                street2: string | null;
                /**
                 * @description Postal code
                 * @example 80202
                 */
                zip: string;
            };
            /**
             * @description How far the order is
             * @example paid
             * @enum {string}
             */
            status: "awaiting_payment" | "paid" | "export_failed" | "exported" | "picking" | "packed" | "shipped" | "delivered" | "cancelled" | "expired";
            /**
             * @description Of all lines, in minor units (cents)
             * @example 5000
             */
            total: number;
            /**
             * @description Of the parcel
             * @example 1Z999AA10123456784
             */
            trackingNumber: string | null;
            /**
             * @description ISO 8601 UTC with milliseconds
             * @example 2026-03-01T09:30:00.000Z
             */
            updatedAt: string;
        };
        /**
         * Problem
         * @description RFC 9457 problem details; decide by `code`
         */
        Problem: {
            /**
             * @description Stable; decide by this one. New ones are added
             * @example insufficient-stock
             * @enum {string}
             */
            code: "validation-failed" | "malformed-request" | "bad-signature" | "invalid-cursor" | "invalid-position" | "unauthenticated" | "forbidden" | "not-found" | "method-not-allowed" | "request-timeout" | "already-exists" | "insufficient-stock" | "illegal-transition" | "already-cancelled" | "already-shipped" | "not-paid" | "payment-mismatch" | "precondition-failed" | "payload-too-large" | "uri-too-long" | "unsupported-media-type" | "misdirected-request" | "unknown-sku" | "not-for-sale" | "quantity-limit-exceeded" | "unknown-delivery-zone" | "payment-refused" | "idempotency-key-reused" | "invalid-command" | "rate-limited" | "too-many-streams" | "headers-too-large" | "history-unreadable" | "internal-error" | "newer-release-needed" | "payment-unavailable" | "busy" | "unavailable" | "not-yet-consistent";
            /**
             * @description Quote it when you ask for help
             * @example 7f1f9d0c-1c52-4a8e-9a53-2f0f4f6f9a11
             */
            correlationId: string;
            /**
             * @description What is wrong this time
             * @example VTH-HON-0001: 4 wanted, 2 available
             */
            detail: string;
            /** @description Of `validation-failed`: the broken rules */
            errors?: {
                /**
                 * @description What it must be
                 * @example must be at least 1
                 */
                detail: string;
                /**
                 * @description Empty when the whole part is meant
                 * @example lineItems[0].quantity
                 */
                field: string;
                /**
                 * @description The part of the request
                 * @enum {string}
                 */
                in: "body" | "query" | "path" | "header";
                /**
                 * @description The same as a JSON pointer
                 * @example /lineItems/0/quantity
                 */
                pointer: string;
                /**
                 * @description The JSON Schema keyword that was broken
                 * @example minimum
                 */
                rule: string;
            }[];
            /** @description What a caller can act on, such as the SKUs that are short */
            facts?: {
                [key: string]: unknown;
            };
            /**
             * @description The HTTP status
             * @example 409
             */
            status: number;
            /**
             * @description The same for every problem of this code
             * @example There is not enough stock
             */
            title: string;
            /**
             * @description Relative URL of the problem entry
             * @example /problems/insufficient-stock
             */
            type: string;
        };
        /**
         * Product
         * @description A product for sale
         */
        Product: {
            /**
             * @description Pieces that can still be ordered
             * @example 112
             */
            available: number;
            /**
             * @description The batch in the warehouse
             * @example B-2026-014
             */
            batchNumber: string | null;
            /**
             * @description The name of the brand
             * @example VitalHemp
             */
            brand: string;
            /**
             * @description The id of the brand
             * @example vitalhemp
             */
            brandId: string;
            /**
             * @description Certificate of analysis
             * @example https://coa.example.com/B-2026-014.pdf
             */
            coaLink: string | null;
            /**
             * @description ISO 4217
             * @example USD
             */
            currency: string;
            /**
             * @description A few sentences for buyers
             * @example Full spectrum, cold pressed.
             */
            description: string | null;
            /**
             * @description The id of the product
             * @example prod_0001
             */
            id: string;
            /**
             * @description The name of the product
             * @example Honey Hemp Tincture 30 ml
             */
            name: string;
            /**
             * @description Of one piece, in minor units (cents)
             * @example 2500
             */
            price: number;
            /**
             * @description The stock keeping unit
             * @example VTH-HON-0001
             */
            sku: string;
            /**
             * @description Pieces as the warehouse says
             * @example 120
             */
            stock: number;
            /**
             * @description Content of THC in percent, as a decimal number
             * @example 0.2
             */
            thc: string | null;
            /**
             * @description ISO 8601 UTC with milliseconds
             * @example 2026-03-01T09:30:00.000Z
             */
            updatedAt: string;
        };
        /**
         * SyncRun
         * @description A sync of the stock with the warehouse
         */
        SyncRun: {
            /**
             * @description SKUs with other details, price or stock
             * @example 41
             */
            changed: number;
            /**
             * @description ISO 8601 UTC with milliseconds, or null
             * @example 2026-03-01T09:45:00.000Z
             */
            completedAt: string | null;
            /**
             * @description SKUs listed for the first time, or again
             * @example 3
             */
            created: number;
            /**
             * @description SKUs the warehouse no longer has
             * @example 1
             */
            delisted: number;
            /**
             * @description Milliseconds; null while it runs
             * @example 1840
             */
            durationMs: number | null;
            /**
             * @description Why it failed
             * @example the warehouse answers 500
             */
            error?: string;
            /**
             * @description Items of the snapshot
             * @example 250
             */
            received: number;
            /** @description The first hundred items that were refused alone */
            rejected: {
                /**
                 * @description Its place in the snapshot
                 * @example 17
                 */
                index: number;
                /**
                 * @description What is wrong with it
                 * @example the price is negative
                 */
                reason: string;
                /**
                 * @description Null when the item names none
                 * @example VTH-HON-0007
                 */
                sku: string | null;
            }[];
            /**
             * @description ISO 8601 UTC with milliseconds
             * @example 2026-03-01T09:30:00.000Z
             */
            startedAt: string;
            /**
             * @description A run that failed has changed nothing
             * @example completed
             * @enum {string}
             */
            status: "running" | "completed" | "failed";
            /**
             * @description The id of the run
             * @example 5b0c3a6e-3d0b-4a3e-9a65-0a3a0d9e7c11
             */
            syncId: string;
            /**
             * @description What asked for it: `manual`, `schedule` or `startup`
             * @example schedule
             */
            trigger: string;
        };
    };
    responses: {
        /** @description `headers-too-large`: The headers are too large */
        "headers-too-large": {
            headers: {
                "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `malformed-request`: The request cannot be read */
        "malformed-request": {
            headers: {
                "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `misdirected-request`: The request names another host */
        "misdirected-request": {
            headers: {
                "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `request-timeout`: The request took too long to arrive */
        "request-timeout": {
            headers: {
                "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: {
        /** @description Of an order its revision, else the same for the same bytes */
        ETag: string;
        /** @description The request had been answered before under its `Idempotency-Key`; left away when it had not */
        "Idempotency-Replayed": string;
        /** @description Address of the order */
        Location: string;
        /** @description Requests a minute; without Redis, or a limit, there are none of these */
        "RateLimit-Limit": string;
        /** @description Requests left in this minute */
        "RateLimit-Remaining": string;
        /** @description Seconds until the minute ends */
        "RateLimit-Reset": string;
        /** @description Seconds */
        "Retry-After": string;
        /** @description Which credential is asked for */
        "WWW-Authenticate": string;
        /** @description As sent when it was sane, else made here */
        "X-Correlation-Id": string;
        /** @description Where the write ended, or an earlier one that did the same */
        "X-Event-Position": string;
        /** @description To `X-Min-Event-Position` only: read models had to leave streams behind up to that position, and the answer may be older in what those streams say */
        "X-Parked-Streams": string;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getAuditKey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The keys */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "keys": [
                     *         {
                     *           "kty": "OKP",
                     *           "crv": "Ed25519",
                     *           "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
                     *           "kid": "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
                     *           "use": "sig",
                     *           "alg": "EdDSA",
                     *           "pem": "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n-----END PUBLIC KEY-----\n"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        /** @description The current key first, then former ones */
                        keys: {
                            /**
                             * @description Their algorithm
                             * @enum {string}
                             */
                            alg: "EdDSA";
                            /**
                             * @description The curve
                             * @enum {string}
                             */
                            crv: "Ed25519";
                            /**
                             * @description Its thumbprint (RFC 7638); seals and manifests name it
                             * @example kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k
                             */
                            kid: string;
                            /**
                             * @description A key on an Edwards curve (RFC 8037)
                             * @enum {string}
                             */
                            kty: "OKP";
                            /**
                             * @description The same key as PEM
                             * @example -----BEGIN PUBLIC KEY-----
                             *     MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=
                             *     -----END PUBLIC KEY-----
                             */
                            pem: string;
                            /**
                             * @description For signatures
                             * @enum {string}
                             */
                            use: "sig";
                            /**
                             * @description The key, 32 bytes in base64url
                             * @example 11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo
                             */
                            x: string;
                        }[];
                    };
                };
            };
            400: components["responses"]["malformed-request"];
            408: components["responses"]["request-timeout"];
            421: components["responses"]["misdirected-request"];
            431: components["responses"]["headers-too-large"];
        };
    };
    listBrands: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description An `ETag` answered before: 304 while the answer would be the same
                 * @example "3"
                 */
                "if-none-match"?: string;
                /**
                 * @description `X-Event-Position` of a write: wait (a few seconds at most) until this answer includes it
                 * @example 48211/48211
                 */
                "x-min-event-position"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Every brand that may be seen */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "X-Parked-Streams": components["headers"]["X-Parked-Streams"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "vitalhemp",
                     *           "name": "VitalHemp",
                     *           "brandShareBps": 7500,
                     *           "productCount": 42
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        /** @description By name */
                        items: {
                            /**
                             * @description Its own share in basis points, null for the default
                             * @example 7500
                             */
                            brandShareBps: number | null;
                            /**
                             * @description The id of the brand
                             * @example vitalhemp
                             */
                            id: string;
                            /**
                             * @description The name of the brand
                             * @example VitalHemp
                             */
                            name: string;
                            /**
                             * @description Its listed products
                             * @example 42
                             */
                            productCount: number;
                        }[];
                    };
                };
            };
            /** @description Unchanged */
            304: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `validation-failed`: The request is not valid; `malformed-request`: The request cannot be read */
            400: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: A credential is needed */
            401: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The credential does not allow this */
            403: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["request-timeout"];
            /** @description `uri-too-long`: The address is too long */
            414: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            421: components["responses"]["misdirected-request"];
            /** @description `rate-limited`: Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            431: components["responses"]["headers-too-large"];
            /** @description `internal-error`: Something went wrong here */
            500: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-yet-consistent`: The read models have not caught up yet; `unavailable`: A part of the portal cannot be reached */
            503: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    overrideBrandShare: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Its id
                 * @example vitalhemp
                 */
                id: string;
            };
            cookie?: never;
        };
        /** @description The share, and why */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "brandShareBps": 7500,
                 *       "reason": "contract of March 2026"
                 *     }
                 */
                "application/json": {
                    /**
                     * @description Basis points: 7000 is 70 %; null for the default
                     * @example 7500
                     */
                    brandShareBps: number | null;
                    /**
                     * @description For the record
                     * @example contract of March 2026
                     */
                    reason: string;
                };
            };
        };
        responses: {
            /** @description As set */
            200: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "X-Event-Position": components["headers"]["X-Event-Position"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "vitalhemp",
                     *       "brandShareBps": 7500
                     *     }
                     */
                    "application/json": {
                        /**
                         * @description Basis points; null for the default
                         * @example 7500
                         */
                        brandShareBps: number | null;
                        /**
                         * @description The id of the brand
                         * @example vitalhemp
                         */
                        id: string;
                    };
                };
            };
            /** @description `malformed-request`: The request cannot be read; `validation-failed`: The request is not valid */
            400: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: A credential is needed */
            401: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The credential does not allow this */
            403: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: Not found */
            404: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["request-timeout"];
            /** @description `payload-too-large`: The body is too large */
            413: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `uri-too-long`: The address is too long */
            414: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The content type is not supported */
            415: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            421: components["responses"]["misdirected-request"];
            /** @description `invalid-command`: The request makes no sense for this order */
            422: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited`: Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            431: components["responses"]["headers-too-large"];
            /** @description `history-unreadable`: What is recorded cannot be read; `internal-error`: Something went wrong here */
            500: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `busy`: Too many changes at once; `newer-release-needed`: A newer release has recorded this; `unavailable`: A part of the portal cannot be reached */
            503: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    followEvents: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `id` of the last event received; now when absent
                 * @example 48977/48977
                 */
                "last-event-id"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Changes */
            200: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example event: stock
                     *     id: 49102/49102
                     *     data: {"sku":"VTH-HON-0001","revision":17,"stock":120}
                     */
                    "text/event-stream": string;
                };
            };
            /** @description `invalid-position`: The event position is not valid; `validation-failed`: The request is not valid; `malformed-request`: The request cannot be read */
            400: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: A credential is needed */
            401: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The credential does not allow this */
            403: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["request-timeout"];
            /** @description `uri-too-long`: The address is too long */
            414: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            421: components["responses"]["misdirected-request"];
            /** @description `too-many-streams`: Too many open event streams; `rate-limited`: Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            431: components["responses"]["headers-too-large"];
            /** @description `internal-error`: Something went wrong here */
            500: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: A part of the portal cannot be reached */
            503: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listInventory: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description An `ETag` answered before: 304 while the answer would be the same
                 * @example "3"
                 */
                "if-none-match"?: string;
                /**
                 * @description `X-Event-Position` of a write: wait (a few seconds at most) until this answer includes it
                 * @example 48211/48211
                 */
                "x-min-event-position"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All stock */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "X-Parked-Streams": components["headers"]["X-Parked-Streams"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "sku": "VTH-HON-0001",
                     *           "name": "Honey Hemp Tincture 30 ml",
                     *           "brand": "VitalHemp",
                     *           "stock": 120,
                     *           "reserved": 8,
                     *           "available": 112,
                     *           "price": 2500,
                     *           "currency": "USD",
                     *           "thc": "0.2",
                     *           "batchNumber": "B-2026-014",
                     *           "coaLink": "https://coa.example.com/B-2026-014.pdf",
                     *           "updatedAt": "2026-03-01T09:30:00.000Z"
                     *         }
                     *       ],
                     *       "total": 250,
                     *       "source": "cache",
                     *       "asOf": "2026-03-01T09:30:00.000Z",
                     *       "warning": "no successful sync since 2026-03-01T09:30:00.000Z"
                     *     }
                     */
                    "application/json": {
                        /**
                         * @description When the last successful sync with the warehouse ended, ISO 8601 UTC; null before the first
                         * @example 2026-03-01T09:30:00.000Z
                         */
                        asOf: string | null;
                        /** @description By SKU */
                        items: components["schemas"]["InventoryItem"][];
                        /**
                         * @description `stale_cache`: no sync has succeeded for longer than the cache lives; `warning` says since when. `events`: as of a moment of the past
                         * @enum {string}
                         */
                        source: "cache" | "database" | "stale_cache" | "events";
                        /**
                         * @description SKUs
                         * @example 250
                         */
                        total: number;
                        /**
                         * @description Why the stock may be out of date
                         * @example no successful sync since 2026-03-01T09:30:00.000Z
                         */
                        warning?: string;
                    };
                };
            };
            /** @description Unchanged */
            304: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `validation-failed`: The request is not valid; `malformed-request`: The request cannot be read */
            400: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: A credential is needed */
            401: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The credential does not allow this */
            403: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["request-timeout"];
            /** @description `uri-too-long`: The address is too long */
            414: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            421: components["responses"]["misdirected-request"];
            /** @description `rate-limited`: Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            431: components["responses"]["headers-too-large"];
            /** @description `internal-error`: Something went wrong here */
            500: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-yet-consistent`: The read models have not caught up yet; `unavailable`: A part of the portal cannot be reached */
            503: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getInventoryItem: {
        parameters: {
            query?: {
                /** @description A revision (of an event), or a time up to which everything recorded counts */
                asOf?: string;
            };
            header?: {
                /**
                 * @description An `ETag` answered before: 304 while the answer would be the same
                 * @example "3"
                 */
                "if-none-match"?: string;
                /**
                 * @description `X-Event-Position` of a write: wait (a few seconds at most) until this answer includes it
                 * @example 48211/48211
                 */
                "x-min-event-position"?: string;
            };
            path: {
                /**
                 * @description The SKU
                 * @example VTH-HON-0001
                 */
                sku: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The stock, and where the answer comes from */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "X-Parked-Streams": components["headers"]["X-Parked-Streams"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "sku": "VTH-HON-0001",
                     *       "name": "Honey Hemp Tincture 30 ml",
                     *       "brand": "VitalHemp",
                     *       "stock": 120,
                     *       "reserved": 8,
                     *       "available": 112,
                     *       "price": 2500,
                     *       "currency": "USD",
                     *       "thc": "0.2",
                     *       "batchNumber": "B-2026-014",
                     *       "coaLink": "https://coa.example.com/B-2026-014.pdf",
                     *       "updatedAt": "2026-03-01T09:30:00.000Z",
                     *       "source": "cache",
                     *       "asOf": "2026-03-01T09:30:00.000Z",
                     *       "warning": "no successful sync since 2026-03-01T09:30:00.000Z"
                     *     }
                     */
                    "application/json": {
                        /**
                         * @description When the last successful sync with the warehouse ended, ISO 8601 UTC; null before the first
                         * @example 2026-03-01T09:30:00.000Z
                         */
                        asOf: string | null;
                        /**
                         * @description Pieces that can still be promised
                         * @example 112
                         */
                        available: number;
                        /**
                         * @description The batch in the warehouse
                         * @example B-2026-014
                         */
                        batchNumber: string | null;
                        /**
                         * @description The name of the brand
                         * @example VitalHemp
                         */
                        brand: string;
                        /**
                         * @description Certificate of analysis
                         * @example https://coa.example.com/B-2026-014.pdf
                         */
                        coaLink: string | null;
                        /**
                         * @description ISO 4217
                         * @example USD
                         */
                        currency: string;
                        /**
                         * @description The name of the product
                         * @example Honey Hemp Tincture 30 ml
                         */
                        name: string;
                        /**
                         * @description Of one piece, in minor units (cents)
                         * @example 2500
                         */
                        price: number;
                        /**
                         * @description Pieces promised to orders the warehouse does not count yet
                         * @example 8
                         */
                        reserved: number;
                        /**
                         * @description The stock keeping unit
                         * @example VTH-HON-0001
                         */
                        sku: string;
                        /**
                         * @description `stale_cache`: no sync has succeeded for longer than the cache lives; `warning` says since when. `events`: as of a moment of the past
                         * @enum {string}
                         */
                        source: "cache" | "database" | "stale_cache" | "events";
                        /**
                         * @description Pieces as the warehouse says
                         * @example 120
                         */
                        stock: number;
                        /**
                         * @description Content of THC in percent, as a decimal number
                         * @example 0.2
                         */
                        thc: string | null;
                        /**
                         * @description ISO 8601 UTC with milliseconds
                         * @example 2026-03-01T09:30:00.000Z
                         */
                        updatedAt: string;
                        /**
                         * @description Why the stock may be out of date
                         * @example no successful sync since 2026-03-01T09:30:00.000Z
                         */
                        warning?: string;
                    };
                };
            };
            /** @description Unchanged */
            304: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `validation-failed`: The request is not valid; `malformed-request`: The request cannot be read */
            400: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: A credential is needed */
            401: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The credential does not allow this */
            403: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: Not found */
            404: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["request-timeout"];
            /** @description `uri-too-long`: The address is too long */
            414: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            421: components["responses"]["misdirected-request"];
            /** @description `rate-limited`: Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            431: components["responses"]["headers-too-large"];
            /** @description `history-unreadable`: What is recorded cannot be read; `internal-error`: Something went wrong here */
            500: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-yet-consistent`: The read models have not caught up yet; `newer-release-needed`: A newer release has recorded this; `unavailable`: A part of the portal cannot be reached */
            503: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getInventoryHistory: {
        parameters: {
            query?: {
                /**
                 * @description `nextCursor` of the page before
                 * @example eyJ2IjoxLCJhZnRlciI6WyJWaXRhbEhlbXAiXX0
                 */
                cursor?: string;
                /**
                 * @description Events of one page
                 * @example 200
                 */
                limit?: number;
            };
            header?: {
                /**
                 * @description An `ETag` answered before: 304 while the answer would be the same
                 * @example "3"
                 */
                "if-none-match"?: string;
            };
            path: {
                /**
                 * @description The SKU
                 * @example VTH-HON-0001
                 */
                sku: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What happened to the SKU */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "sku": "VTH-HON-0001",
                     *       "events": [
                     *         {
                     *           "revision": 2,
                     *           "type": "StockReserved",
                     *           "data": {
                     *             "quantity": 2
                     *           },
                     *           "unreadable": "it has schema version 3, this release knows up to 2",
                     *           "recordedAt": "2026-03-01T09:30:00.000Z",
                     *           "actor": "buyer:auth0|42",
                     *           "correlationId": "7f1f9d0c-1c52-4a8e-9a53-2f0f4f6f9a11",
                     *           "causationId": "0a4b6c1e-8d0f-4b86-8a10-3c2f8a1f2b77",
                     *           "hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
                     *         }
                     *       ],
                     *       "verified": true,
                     *       "fault": {
                     *         "revision": 2,
                     *         "reason": "it does not follow the event before it"
                     *       },
                     *       "nextCursor": "eyJ2IjoxLCJhZnRlciI6WyJWaXRhbEhlbXAiXX0"
                     *     }
                     */
                    "application/json": {
                        /** @description As recorded, oldest first */
                        events: {
                            /**
                             * @description Who did it
                             * @example buyer:auth0|42
                             */
                            actor: string;
                            /**
                             * @description What asked for it
                             * @example 0a4b6c1e-8d0f-4b86-8a10-3c2f8a1f2b77
                             */
                            causationId: string;
                            /**
                             * @description The same for all that one request set off
                             * @example 7f1f9d0c-1c52-4a8e-9a53-2f0f4f6f9a11
                             */
                            correlationId: string;
                            /**
                             * @description The event's own facts
                             * @example {
                             *       "quantity": 2
                             *     }
                             */
                            data: unknown;
                            /**
                             * @description SHA-256 over the event and the hash before it
                             * @example 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
                             */
                            hash: string;
                            /**
                             * @description ISO 8601 UTC with milliseconds
                             * @example 2026-03-01T09:30:00.000Z
                             */
                            recordedAt: string;
                            /**
                             * @description The first event has 0
                             * @example 2
                             */
                            revision: number;
                            /**
                             * @description What happened
                             * @example StockReserved
                             */
                            type: string;
                            /**
                             * @description Why `data` are not all that was recorded, or not sure to be understood; absent when all is well
                             * @example it has schema version 3, this release knows up to 2
                             */
                            unreadable?: string;
                        }[];
                        /** @description The first event that does not fit into the hash chain; absent when the chain holds */
                        fault?: {
                            /**
                             * @description What is wrong with it
                             * @example it does not follow the event before it
                             */
                            reason: string;
                            /**
                             * @description Of the event
                             * @example 2
                             */
                            revision: number;
                        };
                        /**
                         * @description Send it back as `cursor`, with the same filter, for the next page; null on the last one
                         * @example eyJ2IjoxLCJhZnRlciI6WyJWaXRhbEhlbXAiXX0
                         */
                        nextCursor: string | null;
                        /**
                         * @description The stock keeping unit
                         * @example VTH-HON-0001
                         */
                        sku: string;
                        /** @description Whether the hash chain holds */
                        verified: boolean;
                    };
                };
            };
            /** @description Unchanged */
            304: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid-cursor`: The cursor is not valid; `validation-failed`: The request is not valid; `malformed-request`: The request cannot be read */
            400: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: A credential is needed */
            401: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The credential does not allow this */
            403: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: Not found */
            404: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["request-timeout"];
            /** @description `uri-too-long`: The address is too long */
            414: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            421: components["responses"]["misdirected-request"];
            /** @description `rate-limited`: Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            431: components["responses"]["headers-too-large"];
            /** @description `internal-error`: Something went wrong here */
            500: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: A part of the portal cannot be reached */
            503: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listReservations: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description An `ETag` answered before: 304 while the answer would be the same
                 * @example "3"
                 */
                "if-none-match"?: string;
                /**
                 * @description `X-Event-Position` of a write: wait (a few seconds at most) until this answer includes it
                 * @example 48211/48211
                 */
                "x-min-event-position"?: string;
            };
            path: {
                /**
                 * @description The SKU
                 * @example VTH-HON-0001
                 */
                sku: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Open reservations */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "X-Parked-Streams": components["headers"]["X-Parked-Streams"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "sku": "VTH-HON-0001",
                     *       "reserved": 2,
                     *       "total": 1,
                     *       "items": [
                     *         {
                     *           "orderId": "0d1f7a52-9c1b-4a35-8a3c-6f2f3f6a1b20",
                     *           "orderNumber": "VL-K7QF-2M8D-4XRA",
                     *           "orderStatus": "awaiting_payment",
                     *           "customerId": "cus_4711",
                     *           "quantity": 2,
                     *           "state": "held",
                     *           "reservedAt": "2026-03-01T09:30:00.000Z",
                     *           "expiresAt": "2026-03-01T09:30:00.000Z",
                     *           "exportedAt": "2026-03-01T09:45:00.000Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        /** @description Open reservations, the earliest first */
                        items: {
                            /**
                             * @description The buyer; null for orders placed by staff
                             * @example cus_4711
                             */
                            customerId: string | null;
                            /**
                             * @description ISO 8601 UTC with milliseconds
                             * @example 2026-03-01T09:30:00.000Z
                             */
                            expiresAt: string;
                            /**
                             * @description ISO 8601 UTC with milliseconds, or null
                             * @example 2026-03-01T09:45:00.000Z
                             */
                            exportedAt: string | null;
                            /**
                             * @description The id of the order
                             * @example 0d1f7a52-9c1b-4a35-8a3c-6f2f3f6a1b20
                             */
                            orderId: string;
                            /**
                             * @description Null as long as the reservation has no order
                             * @example VL-K7QF-2M8D-4XRA
                             */
                            orderNumber: string | null;
                            /**
                             * @description Null like the order number
                             * @example awaiting_payment
                             */
                            orderStatus: string | null;
                            /**
                             * @description Pieces
                             * @example 2
                             */
                            quantity: number;
                            /**
                             * @description ISO 8601 UTC with milliseconds
                             * @example 2026-03-01T09:30:00.000Z
                             */
                            reservedAt: string;
                            /**
                             * @description `committed`: the warehouse has the order, its next snapshot settles the reservation
                             * @enum {string}
                             */
                            state: "held" | "committed";
                        }[];
                        /**
                         * @description Pieces over all reservations
                         * @example 2
                         */
                        reserved: number;
                        /**
                         * @description The stock keeping unit
                         * @example VTH-HON-0001
                         */
                        sku: string;
                        /**
                         * @description Number of reservations
                         * @example 1
                         */
                        total: number;
                    };
                };
            };
            /** @description Unchanged */
            304: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `validation-failed`: The request is not valid; `malformed-request`: The request cannot be read */
            400: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: A credential is needed */
            401: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The credential does not allow this */
            403: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: Not found */
            404: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["request-timeout"];
            /** @description `uri-too-long`: The address is too long */
            414: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            421: components["responses"]["misdirected-request"];
            /** @description `rate-limited`: Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            431: components["responses"]["headers-too-large"];
            /** @description `internal-error`: Something went wrong here */
            500: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-yet-consistent`: The read models have not caught up yet; `unavailable`: A part of the portal cannot be reached */
            503: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    syncInventory: {
        parameters: {
            query?: {
                /** @description Believe a snapshot that shrank by more than half or disagrees with its own count */
                force?: boolean;
                /** @description Answer when the run has ended */
                wait?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The run, ended */
            200: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "X-Event-Position": components["headers"]["X-Event-Position"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "syncId": "5b0c3a6e-3d0b-4a3e-9a65-0a3a0d9e7c11",
                     *       "status": "completed",
                     *       "trigger": "schedule",
                     *       "startedAt": "2026-03-01T09:30:00.000Z",
                     *       "completedAt": "2026-03-01T09:45:00.000Z",
                     *       "error": "the warehouse answers 500",
                     *       "received": 250,
                     *       "created": 3,
                     *       "changed": 41,
                     *       "delisted": 1,
                     *       "rejected": [
                     *         {
                     *           "sku": "VTH-HON-0007",
                     *           "index": 17,
                     *           "reason": "the price is negative"
                     *         }
                     *       ],
                     *       "durationMs": 1840
                     *     }
                     */
                    "application/json": components["schemas"]["SyncRun"];
                };
            };
            /** @description The run goes on; see `GET /inventory/syncs` */
            202: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "syncId": "5b0c3a6e-3d0b-4a3e-9a65-0a3a0d9e7c11"
                     *     }
                     */
                    "application/json": {
                        /**
                         * @description The id of the run
                         * @example 5b0c3a6e-3d0b-4a3e-9a65-0a3a0d9e7c11
                         */
                        syncId: string;
                    };
                };
            };
            /** @description `malformed-request`: The request cannot be read; `validation-failed`: The request is not valid */
            400: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: A credential is needed */
            401: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The credential does not allow this */
            403: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["request-timeout"];
            /** @description `payload-too-large`: The body is too large */
            413: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `uri-too-long`: The address is too long */
            414: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The content type is not supported */
            415: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            421: components["responses"]["misdirected-request"];
            /** @description `rate-limited`: Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            431: components["responses"]["headers-too-large"];
            /** @description `internal-error`: Something went wrong here */
            500: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-yet-consistent`: The read models have not caught up yet; `unavailable`: A part of the portal cannot be reached */
            503: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSyncs: {
        parameters: {
            query?: {
                /**
                 * @description Rows of one page
                 * @example 50
                 */
                limit?: number;
            };
            header?: {
                /**
                 * @description An `ETag` answered before: 304 while the answer would be the same
                 * @example "3"
                 */
                "if-none-match"?: string;
                /**
                 * @description `X-Event-Position` of a write: wait (a few seconds at most) until this answer includes it
                 * @example 48211/48211
                 */
                "x-min-event-position"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Runs */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "X-Parked-Streams": components["headers"]["X-Parked-Streams"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "syncId": "5b0c3a6e-3d0b-4a3e-9a65-0a3a0d9e7c11",
                     *           "status": "completed",
                     *           "trigger": "schedule",
                     *           "startedAt": "2026-03-01T09:30:00.000Z",
                     *           "completedAt": "2026-03-01T09:45:00.000Z",
                     *           "error": "the warehouse answers 500",
                     *           "received": 250,
                     *           "created": 3,
                     *           "changed": 41,
                     *           "delisted": 1,
                     *           "rejected": [
                     *             {
                     *               "sku": "VTH-HON-0007",
                     *               "index": 17,
                     *               "reason": "the price is negative"
                     *             }
                     *           ],
                     *           "durationMs": 1840
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        /** @description Newest first */
                        items: components["schemas"]["SyncRun"][];
                    };
                };
            };
            /** @description Unchanged */
            304: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `validation-failed`: The request is not valid; `malformed-request`: The request cannot be read */
            400: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: A credential is needed */
            401: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The credential does not allow this */
            403: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["request-timeout"];
            /** @description `uri-too-long`: The address is too long */
            414: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            421: components["responses"]["misdirected-request"];
            /** @description `rate-limited`: Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            431: components["responses"]["headers-too-large"];
            /** @description `internal-error`: Something went wrong here */
            500: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-yet-consistent`: The read models have not caught up yet; `unavailable`: A part of the portal cannot be reached */
            503: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    traceLot: {
        parameters: {
            query?: {
                /**
                 * @description `nextCursor` of the page before
                 * @example eyJ2IjoxLCJhZnRlciI6WyJWaXRhbEhlbXAiXX0
                 */
                cursor?: string;
                /**
                 * @description Rows of one page
                 * @example 50
                 */
                limit?: number;
            };
            header?: {
                /**
                 * @description An `ETag` answered before: 304 while the answer would be the same
                 * @example "3"
                 */
                "if-none-match"?: string;
                /**
                 * @description `X-Event-Position` of a write: wait (a few seconds at most) until this answer includes it
                 * @example 48211/48211
                 */
                "x-min-event-position"?: string;
            };
            path: {
                /**
                 * @description The lot
                 * @example VTH-2026-014
                 */
                batchNumber: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Where the lot went */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "X-Parked-Streams": components["headers"]["X-Parked-Streams"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "batchNumber": "VTH-2026-014",
                     *       "products": [
                     *         {
                     *           "batchNumber": "VTH-2026-014",
                     *           "sku": "VTH-HON-0001",
                     *           "name": "Honey Hemp Tincture 30 ml",
                     *           "brandId": "vitalhemp",
                     *           "brand": "VitalHemp",
                     *           "coaLink": "https://coa.example.com/VTH-2026-014.pdf",
                     *           "listedAt": "2026-03-01T09:45:00.000Z",
                     *           "orders": 12,
                     *           "quantity": 30,
                     *           "shipped": 24,
                     *           "cancelled": 2
                     *         }
                     *       ],
                     *       "orders": [
                     *         {
                     *           "orderId": "0d1f7a52-9c1b-4a35-8a3c-6f2f3f6a1b20",
                     *           "orderNumber": "VL-K7QF-2M8D-4XRA",
                     *           "status": "shipped",
                     *           "batchNumber": "VTH-2026-014",
                     *           "sku": "VTH-HON-0001",
                     *           "name": "Honey Hemp Tincture 30 ml",
                     *           "coaLink": "https://coa.example.com/VTH-2026-014.pdf",
                     *           "quantity": 2,
                     *           "placedAt": "2026-03-01T09:30:00.000Z",
                     *           "customerId": "cus_4711",
                     *           "customer": {
                     *             "name": "Jane Doe",
                     *             "email": "jane@example.com",
                     *             "phone": "+1 555 0100",
                     *             "companyName": "Doe Wellness LLC"
                     *           }
                     *         }
                     *       ],
                     *       "nextCursor": "eyJ2IjoxLCJhZnRlciI6WyJWaXRhbEhlbXAiXX0"
                     *     }
                     */
                    "application/json": {
                        /**
                         * @description The lot
                         * @example VTH-2026-014
                         */
                        batchNumber: string;
                        /**
                         * @description Send it back as `cursor`, with the same filter, for the next page; null on the last one
                         * @example eyJ2IjoxLCJhZnRlciI6WyJWaXRhbEhlbXAiXX0
                         */
                        nextCursor: string | null;
                        /** @description One page of order lines, the earliest first */
                        orders: {
                            /**
                             * @description The lot
                             * @example VTH-2026-014
                             */
                            batchNumber: string;
                            /**
                             * @description Certificate of analysis
                             * @example https://coa.example.com/VTH-2026-014.pdf
                             */
                            coaLink: string | null;
                            /** @description Whom to call */
                            customer: {
                                /**
                                 * @description May be empty
                                 * @example Doe Wellness LLC
                                 */
                                companyName: string;
                                /**
                                 * @description Where confirmations go
                                 * @example jane@example.com
                                 */
                                email: string;
                                /**
                                 * @description Who ordered
                                 * @example Jane Doe
                                 */
                                name: string;
                                /**
                                 * @description May be empty
                                 * @example +1 555 0100
                                 */
                                phone: string;
                            } | null;
                            /**
                             * @description The buyer; null for orders placed by staff
                             * @example cus_4711
                             */
                            customerId: string | null;
                            /**
                             * @description The name of the product
                             * @example Honey Hemp Tincture 30 ml
                             */
                            name: string;
                            /**
                             * @description The id of the order
                             * @example 0d1f7a52-9c1b-4a35-8a3c-6f2f3f6a1b20
                             */
                            orderId: string;
                            /**
                             * @description Null only while the order itself cannot be shown
                             * @example VL-K7QF-2M8D-4XRA
                             */
                            orderNumber: string | null;
                            /**
                             * @description ISO 8601 UTC with milliseconds
                             * @example 2026-03-01T09:30:00.000Z
                             */
                            placedAt: string;
                            /**
                             * @description Pieces
                             * @example 2
                             */
                            quantity: number;
                            /**
                             * @description The stock keeping unit
                             * @example VTH-HON-0001
                             */
                            sku: string;
                            /**
                             * @description How far the order is
                             * @example shipped
                             */
                            status: string | null;
                        }[];
                        /** @description One per SKU, over all orders */
                        products: {
                            /**
                             * @description The lot
                             * @example VTH-2026-014
                             */
                            batchNumber: string;
                            /**
                             * @description The name of the brand
                             * @example VitalHemp
                             */
                            brand: string;
                            /**
                             * @description The id of the brand
                             * @example vitalhemp
                             */
                            brandId: string;
                            /**
                             * @description Of these, pieces of cancelled and expired orders
                             * @example 2
                             */
                            cancelled: number;
                            /**
                             * @description Certificate of analysis
                             * @example https://coa.example.com/VTH-2026-014.pdf
                             */
                            coaLink: string | null;
                            /**
                             * @description ISO 8601 UTC with milliseconds, or null
                             * @example 2026-03-01T09:45:00.000Z
                             */
                            listedAt: string | null;
                            /**
                             * @description The name of the product
                             * @example Honey Hemp Tincture 30 ml
                             */
                            name: string;
                            /**
                             * @description Orders it was sold to
                             * @example 12
                             */
                            orders: number;
                            /**
                             * @description Pieces over all orders
                             * @example 30
                             */
                            quantity: number;
                            /**
                             * @description Of these, pieces that have left the warehouse
                             * @example 24
                             */
                            shipped: number;
                            /**
                             * @description The stock keeping unit
                             * @example VTH-HON-0001
                             */
                            sku: string;
                        }[];
                    };
                };
            };
            /** @description Unchanged */
            304: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid-cursor`: The cursor is not valid; `validation-failed`: The request is not valid; `malformed-request`: The request cannot be read */
            400: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: A credential is needed */
            401: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The credential does not allow this */
            403: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: Not found */
            404: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["request-timeout"];
            /** @description `uri-too-long`: The address is too long */
            414: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            421: components["responses"]["misdirected-request"];
            /** @description `rate-limited`: Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            431: components["responses"]["headers-too-large"];
            /** @description `internal-error`: Something went wrong here */
            500: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-yet-consistent`: The read models have not caught up yet; `unavailable`: A part of the portal cannot be reached */
            503: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listOrders: {
        parameters: {
            query?: {
                /**
                 * @description `nextCursor` of the page before
                 * @example eyJ2IjoxLCJhZnRlciI6WyJWaXRhbEhlbXAiXX0
                 */
                cursor?: string;
                /** @description Placed at or after */
                from?: string;
                /**
                 * @description Rows of one page
                 * @example 50
                 */
                limit?: number;
                /**
                 * @description Order number, customer name, company or e-mail contains
                 * @example wellness
                 */
                q?: string;
                /**
                 * @description `-` for the newest first
                 * @example placedAt
                 */
                sort?: "placedAt" | "-placedAt";
                /**
                 * @description Only orders that are there
                 * @example paid
                 */
                status?: "awaiting_payment" | "paid" | "export_failed" | "exported" | "picking" | "packed" | "shipped" | "delivered" | "cancelled" | "expired";
                /** @description Placed before */
                to?: string;
            };
            header?: {
                /**
                 * @description An `ETag` answered before: 304 while the answer would be the same
                 * @example "3"
                 */
                "if-none-match"?: string;
                /**
                 * @description `X-Event-Position` of a write: wait (a few seconds at most) until this answer includes it
                 * @example 48211/48211
                 */
                "x-min-event-position"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of orders */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "X-Parked-Streams": components["headers"]["X-Parked-Streams"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "0d1f7a52-9c1b-4a35-8a3c-6f2f3f6a1b20",
                     *           "orderNumber": "VL-K7QF-2M8D-4XRA",
                     *           "status": "paid",
                     *           "refundStatus": "none",
                     *           "customerId": "cus_4711",
                     *           "customer": {
                     *             "name": "Jane Doe",
                     *             "email": "jane@example.com",
                     *             "phone": "+1 555 0100",
                     *             "companyName": "Doe Wellness LLC"
                     *           },
                     *           "shippingAddress": {
                     *             "street1": "1 Main Street",
                     *             "street2": "Suite 200",
                     *             "city": "Denver",
                     *             "state": "CO",
                     *             "zip": "80202",
                     *             "country": "US"
                     *           },
                     *           "lineItems": [
                     *             {
                     *               "sku": "VTH-HON-0001",
                     *               "name": "Honey Hemp Tincture 30 ml",
                     *               "brandId": "vitalhemp",
                     *               "brand": "VitalHemp",
                     *               "quantity": 2,
                     *               "unitPrice": 2500,
                     *               "lineTotal": 5000,
                     *               "thc": "0.2",
                     *               "batchNumber": "B-2026-014",
                     *               "coaLink": "https://coa.example.com/B-2026-014.pdf"
                     *             }
                     *           ],
                     *           "total": 5000,
                     *           "currency": "USD",
                     *           "refundedTotal": 0,
                     *           "deliveryMethod": "delivery",
                     *           "deliveryZone": "north",
                     *           "extensivOrderId": "ext-90017",
                     *           "trackingNumber": "1Z999AA10123456784",
                     *           "carrier": "UPS",
                     *           "paymentIntentId": "pi_3PqX2eKZ",
                     *           "payouts": {
                     *             "rule": {
                     *               "version": 1,
                     *               "brandShareBps": 7000
                     *             },
                     *             "entries": [
                     *               {
                     *                 "brandId": "vitalhemp",
                     *                 "brand": "VitalHemp",
                     *                 "gross": 5000,
                     *                 "brandShare": 3500,
                     *                 "platformShare": 1500
                     *               }
                     *             ],
                     *             "brandTotal": 3500,
                     *             "platformTotal": 1500
                     *           },
                     *           "revision": 3,
                     *           "placedAt": "2026-03-01T09:30:00.000Z",
                     *           "paidAt": "2026-03-01T09:45:00.000Z",
                     *           "exportedAt": "2026-03-01T09:45:00.000Z",
                     *           "updatedAt": "2026-03-01T09:30:00.000Z",
                     *           "erasedAt": "2026-03-01T09:45:00.000Z"
                     *         }
                     *       ],
                     *       "nextCursor": "eyJ2IjoxLCJhZnRlciI6WyJWaXRhbEhlbXAiXX0"
                     *     }
                     */
                    "application/json": {
                        /** @description In the order asked for */
                        items: components["schemas"]["Order"][];
                        /**
                         * @description Send it back as `cursor`, with the same filter, for the next page; null on the last one
                         * @example eyJ2IjoxLCJhZnRlciI6WyJWaXRhbEhlbXAiXX0
                         */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description Unchanged */
            304: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid-cursor`: The cursor is not valid; `validation-failed`: The request is not valid; `malformed-request`: The request cannot be read */
            400: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: A credential is needed */
            401: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The credential does not allow this */
            403: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["request-timeout"];
            /** @description `uri-too-long`: The address is too long */
            414: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            421: components["responses"]["misdirected-request"];
            /** @description `rate-limited`: Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            431: components["responses"]["headers-too-large"];
            /** @description `internal-error`: Something went wrong here */
            500: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-yet-consistent`: The read models have not caught up yet; `unavailable`: A part of the portal cannot be reached */
            503: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    placeOrder: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Chosen by the client, one per order; 1 to 255 printable ASCII characters
                 * @example cart-8812
                 */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        /** @description The order as the buyer wants it */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "customer": {
                 *         "name": "Jane Doe",
                 *         "email": "jane@example.com",
                 *         "phone": "+1 555 0100",
                 *         "companyName": "Doe Wellness LLC"
                 *       },
                 *       "shippingAddress": {
                 *         "street1": "1 Main Street",
                 *         "street2": "Suite 200",
                 *         "city": "Denver",
                 *         "state": "CO",
                 *         "zip": "80202",
                 *         "country": "US"
                 *       },
                 *       "lineItems": [
                 *         {
                 *           "sku": "VTH-HON-0001",
                 *           "quantity": 2
                 *         }
                 *       ],
                 *       "deliveryMethod": "delivery",
                 *       "deliveryZone": "north"
                 *     }
                 */
                "application/json": {
                    /** @description Who orders */
                    customer: {
                        /**
                         * @description May be empty or left out
                         * @example Doe Wellness LLC
                         */
                        companyName?: string | null;
                        /**
                         * Format: email
                         * @description Where confirmations go
                         * @example jane@example.com
                         */
                        email: string;
                        /**
                         * @description Who orders
                         * @example Jane Doe
                         */
                        name: string;
                        /**
                         * @description May be empty or left out
                         * @example +1 555 0100
                         */
                        phone?: string | null;
                    };
                    /**
                     * @description Whether the buyer comes for it, or it is brought
                     * @example delivery
                     * @enum {string}
                     */
                    deliveryMethod: "pickup" | "delivery";
                    /**
                     * @description For `delivery`: where to
                     * @example north
                     */
                    deliveryZone?: string | null;
                    /** @description A SKU may appear on several lines; its quantities are summed, to 1000000 pieces at most */
                    lineItems: {
                        /**
                         * @description Pieces
                         * @example 2
                         */
                        quantity: number;
                        /**
                         * @description What to order
                         * @example VTH-HON-0001
                         */
                        sku: string;
                    }[];
                    /** @description Where the goods go */
                    shippingAddress: {
                        /**
                         * @description Town or city
                         * @example Denver
                         */
                        city: string;
                        /**
                         * @description ISO 3166-1 alpha-2, or its name
                         * @example US
                         */
                        country: string;
                        /**
                         * @description State or province
                         * @example CO
                         */
                        state: string;
                        /**
                         * @description Street and number
                         * @example 1 Main Street
                         */
                        street1: string;
                        /**
                         * @description Suite, floor or building
                         * @example Suite 200
                         */
                        street2?: string | null;
                        /**
                         * @description Postal code
                         * @example 80202
                         */
                        zip: string;
                    };
                };
            };
        };
        responses: {
            /** @description Placed; `Location` is the order */
            201: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    Location: components["headers"]["Location"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "X-Event-Position": components["headers"]["X-Event-Position"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "order": {
                     *         "id": "0d1f7a52-9c1b-4a35-8a3c-6f2f3f6a1b20",
                     *         "orderNumber": "VL-K7QF-2M8D-4XRA",
                     *         "status": "paid",
                     *         "refundStatus": "none",
                     *         "customerId": "cus_4711",
                     *         "customer": {
                     *           "name": "Jane Doe",
                     *           "email": "jane@example.com",
                     *           "phone": "+1 555 0100",
                     *           "companyName": "Doe Wellness LLC"
                     *         },
                     *         "shippingAddress": {
                     *           "street1": "1 Main Street",
                     *           "street2": "Suite 200",
                     *           "city": "Denver",
                     *           "state": "CO",
                     *           "zip": "80202",
                     *           "country": "US"
                     *         },
                     *         "lineItems": [
                     *           {
                     *             "sku": "VTH-HON-0001",
                     *             "name": "Honey Hemp Tincture 30 ml",
                     *             "brandId": "vitalhemp",
                     *             "brand": "VitalHemp",
                     *             "quantity": 2,
                     *             "unitPrice": 2500,
                     *             "lineTotal": 5000,
                     *             "thc": "0.2",
                     *             "batchNumber": "B-2026-014",
                     *             "coaLink": "https://coa.example.com/B-2026-014.pdf"
                     *           }
                     *         ],
                     *         "total": 5000,
                     *         "currency": "USD",
                     *         "refundedTotal": 0,
                     *         "deliveryMethod": "delivery",
                     *         "deliveryZone": "north",
                     *         "extensivOrderId": "ext-90017",
                     *         "trackingNumber": "1Z999AA10123456784",
                     *         "carrier": "UPS",
                     *         "paymentIntentId": "pi_3PqX2eKZ",
                     *         "payouts": {
                     *           "rule": {
                     *             "version": 1,
                     *             "brandShareBps": 7000
                     *           },
                     *           "entries": [
                     *             {
                     *               "brandId": "vitalhemp",
                     *               "brand": "VitalHemp",
                     *               "gross": 5000,
                     *               "brandShare": 3500,
                     *               "platformShare": 1500
                     *             }
                     *           ],
                     *           "brandTotal": 3500,
                     *           "platformTotal": 1500
                     *         },
                     *         "revision": 3,
                     *         "placedAt": "2026-03-01T09:30:00.000Z",
                     *         "paidAt": "2026-03-01T09:45:00.000Z",
                     *         "exportedAt": "2026-03-01T09:45:00.000Z",
                     *         "updatedAt": "2026-03-01T09:30:00.000Z",
                     *         "erasedAt": "2026-03-01T09:45:00.000Z"
                     *       },
                     *       "payment": {
                     *         "paymentIntentId": "pi_3PqX2eKZ",
                     *         "clientSecret": "pi_3PqX2eKZ_secret_8fJ2"
                     *       }
                     *     }
                     */
                    "application/json": {
                        order: components["schemas"]["Order"];
                        /** @description Null when it could not be opened */
                        payment: {
                            /**
                             * @description For Stripe.js; do not store or log it
                             * @example pi_3PqX2eKZ_secret_8fJ2
                             */
                            clientSecret: string;
                            /**
                             * @description The payment at Stripe
                             * @example pi_3PqX2eKZ
                             */
                            paymentIntentId: string;
                        } | null;
                    };
                };
            };
            /** @description `malformed-request`: The request cannot be read; `validation-failed`: The request is not valid */
            400: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: A credential is needed */
            401: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The credential does not allow this */
            403: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["request-timeout"];
            /** @description `insufficient-stock`: There is not enough stock */
            409: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload-too-large`: The body is too large */
            413: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `uri-too-long`: The address is too long */
            414: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The content type is not supported */
            415: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            421: components["responses"]["misdirected-request"];
            /** @description `unknown-sku`: A SKU is not known; `not-for-sale`: A product is not for sale; `quantity-limit-exceeded`: Too many pieces of one product; `unknown-delivery-zone`: The delivery zone does not reach the address; `invalid-command`: The request makes no sense for this order; `idempotency-key-reused`: The idempotency key was used for another request */
            422: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited`: Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            431: components["responses"]["headers-too-large"];
            /** @description `history-unreadable`: What is recorded cannot be read; `internal-error`: Something went wrong here */
            500: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `busy`: Too many changes at once; `newer-release-needed`: A newer release has recorded this; `unavailable`: A part of the portal cannot be reached */
            503: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getOrder: {
        parameters: {
            query?: {
                /** @description A revision (of an event), or a time up to which everything recorded counts */
                asOf?: string;
            };
            header?: {
                /**
                 * @description An `ETag` answered before: 304 while the answer would be the same
                 * @example "3"
                 */
                "if-none-match"?: string;
                /**
                 * @description `X-Event-Position` of a write: wait (a few seconds at most) until this answer includes it
                 * @example 48211/48211
                 */
                "x-min-event-position"?: string;
            };
            path: {
                /**
                 * @description Id or number of the order
                 * @example VL-K7QF-2M8D-4XRA
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The order */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "X-Parked-Streams": components["headers"]["X-Parked-Streams"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "0d1f7a52-9c1b-4a35-8a3c-6f2f3f6a1b20",
                     *       "orderNumber": "VL-K7QF-2M8D-4XRA",
                     *       "status": "paid",
                     *       "refundStatus": "none",
                     *       "customerId": "cus_4711",
                     *       "customer": {
                     *         "name": "Jane Doe",
                     *         "email": "jane@example.com",
                     *         "phone": "+1 555 0100",
                     *         "companyName": "Doe Wellness LLC"
                     *       },
                     *       "shippingAddress": {
                     *         "street1": "1 Main Street",
                     *         "street2": "Suite 200",
                     *         "city": "Denver",
                     *         "state": "CO",
                     *         "zip": "80202",
                     *         "country": "US"
                     *       },
                     *       "lineItems": [
                     *         {
                     *           "sku": "VTH-HON-0001",
                     *           "name": "Honey Hemp Tincture 30 ml",
                     *           "brandId": "vitalhemp",
                     *           "brand": "VitalHemp",
                     *           "quantity": 2,
                     *           "unitPrice": 2500,
                     *           "lineTotal": 5000,
                     *           "thc": "0.2",
                     *           "batchNumber": "B-2026-014",
                     *           "coaLink": "https://coa.example.com/B-2026-014.pdf"
                     *         }
                     *       ],
                     *       "total": 5000,
                     *       "currency": "USD",
                     *       "refundedTotal": 0,
                     *       "deliveryMethod": "delivery",
                     *       "deliveryZone": "north",
                     *       "extensivOrderId": "ext-90017",
                     *       "trackingNumber": "1Z999AA10123456784",
                     *       "carrier": "UPS",
                     *       "paymentIntentId": "pi_3PqX2eKZ",
                     *       "payouts": {
                     *         "rule": {
                     *           "version": 1,
                     *           "brandShareBps": 7000
                     *         },
                     *         "entries": [
                     *           {
                     *             "brandId": "vitalhemp",
                     *             "brand": "VitalHemp",
                     *             "gross": 5000,
                     *             "brandShare": 3500,
                     *             "platformShare": 1500
                     *           }
                     *         ],
                     *         "brandTotal": 3500,
                     *         "platformTotal": 1500
                     *       },
                     *       "revision": 3,
                     *       "placedAt": "2026-03-01T09:30:00.000Z",
                     *       "paidAt": "2026-03-01T09:45:00.000Z",
                     *       "exportedAt": "2026-03-01T09:45:00.000Z",
                     *       "updatedAt": "2026-03-01T09:30:00.000Z",
                     *       "erasedAt": "2026-03-01T09:45:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Order"];
                };
            };
            /** @description Unchanged */
            304: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `validation-failed`: The request is not valid; `malformed-request`: The request cannot be read */
            400: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: A credential is needed */
            401: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The credential does not allow this */
            403: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: Not found */
            404: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["request-timeout"];
            /** @description `uri-too-long`: The address is too long */
            414: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            421: components["responses"]["misdirected-request"];
            /** @description `rate-limited`: Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            431: components["responses"]["headers-too-large"];
            /** @description `history-unreadable`: What is recorded cannot be read; `internal-error`: Something went wrong here */
            500: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-yet-consistent`: The read models have not caught up yet; `newer-release-needed`: A newer release has recorded this; `unavailable`: A part of the portal cannot be reached */
            503: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancelOrder: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `ETag` of the order as it was read
                 * @example "3"
                 */
                "if-match"?: string;
            };
            path: {
                /**
                 * @description Id or number of the order
                 * @example VL-K7QF-2M8D-4XRA
                 */
                id: string;
            };
            cookie?: never;
        };
        /** @description Why */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reason": "asked for by telephone"
                 *     }
                 */
                "application/json": {
                    /**
                     * @description For the record
                     * @example asked for by telephone
                     */
                    reason: string;
                };
            };
        };
        responses: {
            /** @description The order after the change */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "X-Event-Position": components["headers"]["X-Event-Position"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "0d1f7a52-9c1b-4a35-8a3c-6f2f3f6a1b20",
                     *       "orderNumber": "VL-K7QF-2M8D-4XRA",
                     *       "status": "paid",
                     *       "refundStatus": "none",
                     *       "customerId": "cus_4711",
                     *       "customer": {
                     *         "name": "Jane Doe",
                     *         "email": "jane@example.com",
                     *         "phone": "+1 555 0100",
                     *         "companyName": "Doe Wellness LLC"
                     *       },
                     *       "shippingAddress": {
                     *         "street1": "1 Main Street",
                     *         "street2": "Suite 200",
                     *         "city": "Denver",
                     *         "state": "CO",
                     *         "zip": "80202",
                     *         "country": "US"
                     *       },
                     *       "lineItems": [
                     *         {
                     *           "sku": "VTH-HON-0001",
                     *           "name": "Honey Hemp Tincture 30 ml",
                     *           "brandId": "vitalhemp",
                     *           "brand": "VitalHemp",
                     *           "quantity": 2,
                     *           "unitPrice": 2500,
                     *           "lineTotal": 5000,
                     *           "thc": "0.2",
                     *           "batchNumber": "B-2026-014",
                     *           "coaLink": "https://coa.example.com/B-2026-014.pdf"
                     *         }
                     *       ],
                     *       "total": 5000,
                     *       "currency": "USD",
                     *       "refundedTotal": 0,
                     *       "deliveryMethod": "delivery",
                     *       "deliveryZone": "north",
                     *       "extensivOrderId": "ext-90017",
                     *       "trackingNumber": "1Z999AA10123456784",
                     *       "carrier": "UPS",
                     *       "paymentIntentId": "pi_3PqX2eKZ",
                     *       "payouts": {
                     *         "rule": {
                     *           "version": 1,
                     *           "brandShareBps": 7000
                     *         },
                     *         "entries": [
                     *           {
                     *             "brandId": "vitalhemp",
                     *             "brand": "VitalHemp",
                     *             "gross": 5000,
                     *             "brandShare": 3500,
                     *             "platformShare": 1500
                     *           }
                     *         ],
                     *         "brandTotal": 3500,
                     *         "platformTotal": 1500
                     *       },
                     *       "revision": 3,
                     *       "placedAt": "2026-03-01T09:30:00.000Z",
                     *       "paidAt": "2026-03-01T09:45:00.000Z",
                     *       "exportedAt": "2026-03-01T09:45:00.000Z",
                     *       "updatedAt": "2026-03-01T09:30:00.000Z",
                     *       "erasedAt": "2026-03-01T09:45:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Order"];
                };
            };
            /** @description `malformed-request`: The request cannot be read; `validation-failed`: The request is not valid */
            400: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: A credential is needed */
            401: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The credential does not allow this */
            403: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: Not found */
            404: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["request-timeout"];
            /** @description `already-shipped`: The order has been shipped; `illegal-transition`: The order cannot change that way */
            409: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `precondition-failed`: It is not as `If-Match` says */
            412: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload-too-large`: The body is too large */
            413: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `uri-too-long`: The address is too long */
            414: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The content type is not supported */
            415: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            421: components["responses"]["misdirected-request"];
            /** @description `rate-limited`: Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            431: components["responses"]["headers-too-large"];
            /** @description `history-unreadable`: What is recorded cannot be read; `internal-error`: Something went wrong here */
            500: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `busy`: Too many changes at once; `newer-release-needed`: A newer release has recorded this; `unavailable`: A part of the portal cannot be reached */
            503: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    diffOrder: {
        parameters: {
            query?: {
                /** @description A revision or a time; the placing by default */
                from?: string;
                /** @description A revision or a time; now by default */
                to?: string;
            };
            header?: {
                /**
                 * @description An `ETag` answered before: 304 while the answer would be the same
                 * @example "3"
                 */
                "if-none-match"?: string;
            };
            path: {
                /**
                 * @description Id or number of the order
                 * @example VL-K7QF-2M8D-4XRA
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The difference */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "orderId": "0d1f7a52-9c1b-4a35-8a3c-6f2f3f6a1b20",
                     *       "from": {
                     *         "revision": 3,
                     *         "updatedAt": "2026-03-01T09:30:00.000Z"
                     *       },
                     *       "to": {
                     *         "revision": 3,
                     *         "updatedAt": "2026-03-01T09:30:00.000Z"
                     *       },
                     *       "changes": [
                     *         {
                     *           "path": "payouts.entries[0].gross",
                     *           "from": 2500,
                     *           "to": 1250
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        /** @description By path */
                        changes: {
                            /**
                             * @description Its value at the first moment
                             * @example 2500
                             */
                            from: unknown;
                            /**
                             * @description What differs
                             * @example payouts.entries[0].gross
                             */
                            path: string;
                            /**
                             * @description Its value at the second moment
                             * @example 1250
                             */
                            to: unknown;
                        }[];
                        /** @description The order at one of the moments */
                        from: {
                            /**
                             * @description Of the last event up to that moment
                             * @example 3
                             */
                            revision: number;
                            /**
                             * @description ISO 8601 UTC with milliseconds
                             * @example 2026-03-01T09:30:00.000Z
                             */
                            updatedAt: string;
                        };
                        /**
                         * @description The id of the order
                         * @example 0d1f7a52-9c1b-4a35-8a3c-6f2f3f6a1b20
                         */
                        orderId: string;
                        /** @description The order at one of the moments */
                        to: {
                            /**
                             * @description Of the last event up to that moment
                             * @example 3
                             */
                            revision: number;
                            /**
                             * @description ISO 8601 UTC with milliseconds
                             * @example 2026-03-01T09:30:00.000Z
                             */
                            updatedAt: string;
                        };
                    };
                };
            };
            /** @description Unchanged */
            304: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `validation-failed`: The request is not valid; `malformed-request`: The request cannot be read */
            400: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: A credential is needed */
            401: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The credential does not allow this */
            403: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: Not found */
            404: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["request-timeout"];
            /** @description `uri-too-long`: The address is too long */
            414: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            421: components["responses"]["misdirected-request"];
            /** @description `rate-limited`: Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            431: components["responses"]["headers-too-large"];
            /** @description `history-unreadable`: What is recorded cannot be read; `internal-error`: Something went wrong here */
            500: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-yet-consistent`: The read models have not caught up yet; `newer-release-needed`: A newer release has recorded this; `unavailable`: A part of the portal cannot be reached */
            503: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    retryExport: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `ETag` of the order as it was read
                 * @example "3"
                 */
                "if-match"?: string;
            };
            path: {
                /**
                 * @description Id or number of the order
                 * @example VL-K7QF-2M8D-4XRA
                 */
                id: string;
            };
            cookie?: never;
        };
        /** @description Why */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reason": "asked for by telephone"
                 *     }
                 */
                "application/json": {
                    /**
                     * @description For the record
                     * @example asked for by telephone
                     */
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description The order after the change */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "X-Event-Position": components["headers"]["X-Event-Position"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "0d1f7a52-9c1b-4a35-8a3c-6f2f3f6a1b20",
                     *       "orderNumber": "VL-K7QF-2M8D-4XRA",
                     *       "status": "paid",
                     *       "refundStatus": "none",
                     *       "customerId": "cus_4711",
                     *       "customer": {
                     *         "name": "Jane Doe",
                     *         "email": "jane@example.com",
                     *         "phone": "+1 555 0100",
                     *         "companyName": "Doe Wellness LLC"
                     *       },
                     *       "shippingAddress": {
                     *         "street1": "1 Main Street",
                     *         "street2": "Suite 200",
                     *         "city": "Denver",
                     *         "state": "CO",
                     *         "zip": "80202",
                     *         "country": "US"
                     *       },
                     *       "lineItems": [
                     *         {
                     *           "sku": "VTH-HON-0001",
                     *           "name": "Honey Hemp Tincture 30 ml",
                     *           "brandId": "vitalhemp",
                     *           "brand": "VitalHemp",
                     *           "quantity": 2,
                     *           "unitPrice": 2500,
                     *           "lineTotal": 5000,
                     *           "thc": "0.2",
                     *           "batchNumber": "B-2026-014",
                     *           "coaLink": "https://coa.example.com/B-2026-014.pdf"
                     *         }
                     *       ],
                     *       "total": 5000,
                     *       "currency": "USD",
                     *       "refundedTotal": 0,
                     *       "deliveryMethod": "delivery",
                     *       "deliveryZone": "north",
                     *       "extensivOrderId": "ext-90017",
                     *       "trackingNumber": "1Z999AA10123456784",
                     *       "carrier": "UPS",
                     *       "paymentIntentId": "pi_3PqX2eKZ",
                     *       "payouts": {
                     *         "rule": {
                     *           "version": 1,
                     *           "brandShareBps": 7000
                     *         },
                     *         "entries": [
                     *           {
                     *             "brandId": "vitalhemp",
                     *             "brand": "VitalHemp",
                     *             "gross": 5000,
                     *             "brandShare": 3500,
                     *             "platformShare": 1500
                     *           }
                     *         ],
                     *         "brandTotal": 3500,
                     *         "platformTotal": 1500
                     *       },
                     *       "revision": 3,
                     *       "placedAt": "2026-03-01T09:30:00.000Z",
                     *       "paidAt": "2026-03-01T09:45:00.000Z",
                     *       "exportedAt": "2026-03-01T09:45:00.000Z",
                     *       "updatedAt": "2026-03-01T09:30:00.000Z",
                     *       "erasedAt": "2026-03-01T09:45:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Order"];
                };
            };
            /** @description `malformed-request`: The request cannot be read; `validation-failed`: The request is not valid */
            400: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: A credential is needed */
            401: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The credential does not allow this */
            403: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: Not found */
            404: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["request-timeout"];
            /** @description `illegal-transition`: The order cannot change that way; `not-paid`: The order is not paid */
            409: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `precondition-failed`: It is not as `If-Match` says */
            412: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload-too-large`: The body is too large */
            413: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `uri-too-long`: The address is too long */
            414: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The content type is not supported */
            415: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            421: components["responses"]["misdirected-request"];
            /** @description `rate-limited`: Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            431: components["responses"]["headers-too-large"];
            /** @description `history-unreadable`: What is recorded cannot be read; `internal-error`: Something went wrong here */
            500: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `busy`: Too many changes at once; `newer-release-needed`: A newer release has recorded this; `unavailable`: A part of the portal cannot be reached */
            503: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getOrderHistory: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description An `ETag` answered before: 304 while the answer would be the same
                 * @example "3"
                 */
                "if-none-match"?: string;
                /**
                 * @description `X-Event-Position` of a write: wait (a few seconds at most) until this answer includes it
                 * @example 48211/48211
                 */
                "x-min-event-position"?: string;
            };
            path: {
                /**
                 * @description Id or number of the order
                 * @example VL-K7QF-2M8D-4XRA
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What happened to the order */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "X-Parked-Streams": components["headers"]["X-Parked-Streams"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "orderId": "0d1f7a52-9c1b-4a35-8a3c-6f2f3f6a1b20",
                     *       "events": [
                     *         {
                     *           "revision": 2,
                     *           "type": "StockReserved",
                     *           "data": {
                     *             "quantity": 2
                     *           },
                     *           "unreadable": "it has schema version 3, this release knows up to 2",
                     *           "recordedAt": "2026-03-01T09:30:00.000Z",
                     *           "actor": "buyer:auth0|42",
                     *           "correlationId": "7f1f9d0c-1c52-4a8e-9a53-2f0f4f6f9a11",
                     *           "causationId": "0a4b6c1e-8d0f-4b86-8a10-3c2f8a1f2b77",
                     *           "hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
                     *         }
                     *       ],
                     *       "verified": true,
                     *       "fault": {
                     *         "revision": 2,
                     *         "reason": "it does not follow the event before it"
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @description As recorded, oldest first */
                        events: {
                            /**
                             * @description Who did it
                             * @example buyer:auth0|42
                             */
                            actor: string;
                            /**
                             * @description What asked for it
                             * @example 0a4b6c1e-8d0f-4b86-8a10-3c2f8a1f2b77
                             */
                            causationId: string;
                            /**
                             * @description The same for all that one request set off
                             * @example 7f1f9d0c-1c52-4a8e-9a53-2f0f4f6f9a11
                             */
                            correlationId: string;
                            /**
                             * @description The event's own facts
                             * @example {
                             *       "quantity": 2
                             *     }
                             */
                            data: unknown;
                            /**
                             * @description SHA-256 over the event and the hash before it
                             * @example 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
                             */
                            hash: string;
                            /**
                             * @description ISO 8601 UTC with milliseconds
                             * @example 2026-03-01T09:30:00.000Z
                             */
                            recordedAt: string;
                            /**
                             * @description The first event has 0
                             * @example 2
                             */
                            revision: number;
                            /**
                             * @description What happened
                             * @example StockReserved
                             */
                            type: string;
                            /**
                             * @description Why `data` are not all that was recorded, or not sure to be understood; absent when all is well
                             * @example it has schema version 3, this release knows up to 2
                             */
                            unreadable?: string;
                        }[];
                        /** @description The first event that does not fit into the hash chain; absent when the chain holds */
                        fault?: {
                            /**
                             * @description What is wrong with it
                             * @example it does not follow the event before it
                             */
                            reason: string;
                            /**
                             * @description Of the event
                             * @example 2
                             */
                            revision: number;
                        };
                        /**
                         * @description The id of the order
                         * @example 0d1f7a52-9c1b-4a35-8a3c-6f2f3f6a1b20
                         */
                        orderId: string;
                        /** @description Whether the hash chain holds */
                        verified: boolean;
                    };
                };
            };
            /** @description Unchanged */
            304: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `validation-failed`: The request is not valid; `malformed-request`: The request cannot be read */
            400: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: A credential is needed */
            401: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The credential does not allow this */
            403: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: Not found */
            404: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["request-timeout"];
            /** @description `uri-too-long`: The address is too long */
            414: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            421: components["responses"]["misdirected-request"];
            /** @description `rate-limited`: Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            431: components["responses"]["headers-too-large"];
            /** @description `history-unreadable`: What is recorded cannot be read; `internal-error`: Something went wrong here */
            500: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-yet-consistent`: The read models have not caught up yet; `newer-release-needed`: A newer release has recorded this; `unavailable`: A part of the portal cannot be reached */
            503: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    fetchPayment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Id or number of the order
                 * @example VL-K7QF-2M8D-4XRA
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The open payment */
            200: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "X-Event-Position": components["headers"]["X-Event-Position"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "paymentIntentId": "pi_3PqX2eKZ",
                     *       "clientSecret": "pi_3PqX2eKZ_secret_8fJ2"
                     *     }
                     */
                    "application/json": {
                        /**
                         * @description For Stripe.js; do not store or log it
                         * @example pi_3PqX2eKZ_secret_8fJ2
                         */
                        clientSecret: string;
                        /**
                         * @description The payment at Stripe
                         * @example pi_3PqX2eKZ
                         */
                        paymentIntentId: string;
                    };
                };
            };
            /** @description `malformed-request`: The request cannot be read; `validation-failed`: The request is not valid */
            400: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: A credential is needed */
            401: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The credential does not allow this */
            403: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: Not found */
            404: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["request-timeout"];
            /** @description `illegal-transition`: The order cannot change that way; `already-cancelled`: The order is cancelled */
            409: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload-too-large`: The body is too large */
            413: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `uri-too-long`: The address is too long */
            414: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The content type is not supported */
            415: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            421: components["responses"]["misdirected-request"];
            /** @description `payment-refused`: The payment provider refuses this payment */
            422: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited`: Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            431: components["responses"]["headers-too-large"];
            /** @description `history-unreadable`: What is recorded cannot be read; `internal-error`: Something went wrong here */
            500: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payment-unavailable`: The payment provider cannot be reached; `busy`: Too many changes at once; `newer-release-needed`: A newer release has recorded this; `unavailable`: A part of the portal cannot be reached */
            503: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    requestRefund: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Chosen by the client, one per refund of an order; 1 to 255 printable ASCII characters
                 * @example refund-8812-1
                 */
                "idempotency-key"?: string;
                /**
                 * @description The `ETag` of the order as it was read
                 * @example "3"
                 */
                "if-match"?: string;
            };
            path: {
                /**
                 * @description Id or number of the order
                 * @example VL-K7QF-2M8D-4XRA
                 */
                id: string;
            };
            cookie?: never;
        };
        /** @description How much, and why */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "amount": 1250,
                 *       "reason": "asked for by telephone"
                 *     }
                 */
                "application/json": {
                    /**
                     * @description Minor units; everything that is left when absent
                     * @example 1250
                     */
                    amount?: number;
                    /**
                     * @description For the record
                     * @example asked for by telephone
                     */
                    reason: string;
                };
            };
        };
        responses: {
            /** @description The order after the change */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "X-Event-Position": components["headers"]["X-Event-Position"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "0d1f7a52-9c1b-4a35-8a3c-6f2f3f6a1b20",
                     *       "orderNumber": "VL-K7QF-2M8D-4XRA",
                     *       "status": "paid",
                     *       "refundStatus": "none",
                     *       "customerId": "cus_4711",
                     *       "customer": {
                     *         "name": "Jane Doe",
                     *         "email": "jane@example.com",
                     *         "phone": "+1 555 0100",
                     *         "companyName": "Doe Wellness LLC"
                     *       },
                     *       "shippingAddress": {
                     *         "street1": "1 Main Street",
                     *         "street2": "Suite 200",
                     *         "city": "Denver",
                     *         "state": "CO",
                     *         "zip": "80202",
                     *         "country": "US"
                     *       },
                     *       "lineItems": [
                     *         {
                     *           "sku": "VTH-HON-0001",
                     *           "name": "Honey Hemp Tincture 30 ml",
                     *           "brandId": "vitalhemp",
                     *           "brand": "VitalHemp",
                     *           "quantity": 2,
                     *           "unitPrice": 2500,
                     *           "lineTotal": 5000,
                     *           "thc": "0.2",
                     *           "batchNumber": "B-2026-014",
                     *           "coaLink": "https://coa.example.com/B-2026-014.pdf"
                     *         }
                     *       ],
                     *       "total": 5000,
                     *       "currency": "USD",
                     *       "refundedTotal": 0,
                     *       "deliveryMethod": "delivery",
                     *       "deliveryZone": "north",
                     *       "extensivOrderId": "ext-90017",
                     *       "trackingNumber": "1Z999AA10123456784",
                     *       "carrier": "UPS",
                     *       "paymentIntentId": "pi_3PqX2eKZ",
                     *       "payouts": {
                     *         "rule": {
                     *           "version": 1,
                     *           "brandShareBps": 7000
                     *         },
                     *         "entries": [
                     *           {
                     *             "brandId": "vitalhemp",
                     *             "brand": "VitalHemp",
                     *             "gross": 5000,
                     *             "brandShare": 3500,
                     *             "platformShare": 1500
                     *           }
                     *         ],
                     *         "brandTotal": 3500,
                     *         "platformTotal": 1500
                     *       },
                     *       "revision": 3,
                     *       "placedAt": "2026-03-01T09:30:00.000Z",
                     *       "paidAt": "2026-03-01T09:45:00.000Z",
                     *       "exportedAt": "2026-03-01T09:45:00.000Z",
                     *       "updatedAt": "2026-03-01T09:30:00.000Z",
                     *       "erasedAt": "2026-03-01T09:45:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Order"];
                };
            };
            /** @description `malformed-request`: The request cannot be read; `validation-failed`: The request is not valid */
            400: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: A credential is needed */
            401: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The credential does not allow this */
            403: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: Not found */
            404: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["request-timeout"];
            /** @description `not-paid`: The order is not paid; `illegal-transition`: The order cannot change that way */
            409: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `precondition-failed`: It is not as `If-Match` says */
            412: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload-too-large`: The body is too large */
            413: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `uri-too-long`: The address is too long */
            414: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The content type is not supported */
            415: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            421: components["responses"]["misdirected-request"];
            /** @description `invalid-command`: The request makes no sense for this order; `idempotency-key-reused`: The idempotency key was used for another request */
            422: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited`: Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            431: components["responses"]["headers-too-large"];
            /** @description `history-unreadable`: What is recorded cannot be read; `internal-error`: Something went wrong here */
            500: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `busy`: Too many changes at once; `newer-release-needed`: A newer release has recorded this; `unavailable`: A part of the portal cannot be reached */
            503: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    setOrderStatus: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `ETag` of the order as it was read
                 * @example "3"
                 */
                "if-match"?: string;
            };
            path: {
                /**
                 * @description Id or number of the order
                 * @example VL-K7QF-2M8D-4XRA
                 */
                id: string;
            };
            cookie?: never;
        };
        /** @description The change */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "status": "shipped",
                 *       "reason": "asked for by telephone",
                 *       "trackingNumber": "1Z999AA10123456784",
                 *       "carrier": "UPS"
                 *     }
                 */
                "application/json": {
                    /**
                     * @description Who carries it
                     * @example UPS
                     */
                    carrier?: string;
                    /**
                     * @description For the record
                     * @example asked for by telephone
                     */
                    reason: string;
                    /**
                     * @description The status it has in truth
                     * @example shipped
                     * @enum {string}
                     */
                    status: "awaiting_payment" | "paid" | "export_failed" | "exported" | "picking" | "packed" | "shipped" | "delivered" | "cancelled" | "expired";
                    /**
                     * @description Of the parcel
                     * @example 1Z999AA10123456784
                     */
                    trackingNumber?: string;
                };
            };
        };
        responses: {
            /** @description The order after the change */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "X-Event-Position": components["headers"]["X-Event-Position"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "0d1f7a52-9c1b-4a35-8a3c-6f2f3f6a1b20",
                     *       "orderNumber": "VL-K7QF-2M8D-4XRA",
                     *       "status": "paid",
                     *       "refundStatus": "none",
                     *       "customerId": "cus_4711",
                     *       "customer": {
                     *         "name": "Jane Doe",
                     *         "email": "jane@example.com",
                     *         "phone": "+1 555 0100",
                     *         "companyName": "Doe Wellness LLC"
                     *       },
                     *       "shippingAddress": {
                     *         "street1": "1 Main Street",
                     *         "street2": "Suite 200",
                     *         "city": "Denver",
                     *         "state": "CO",
                     *         "zip": "80202",
                     *         "country": "US"
                     *       },
                     *       "lineItems": [
                     *         {
                     *           "sku": "VTH-HON-0001",
                     *           "name": "Honey Hemp Tincture 30 ml",
                     *           "brandId": "vitalhemp",
                     *           "brand": "VitalHemp",
                     *           "quantity": 2,
                     *           "unitPrice": 2500,
                     *           "lineTotal": 5000,
                     *           "thc": "0.2",
                     *           "batchNumber": "B-2026-014",
                     *           "coaLink": "https://coa.example.com/B-2026-014.pdf"
                     *         }
                     *       ],
                     *       "total": 5000,
                     *       "currency": "USD",
                     *       "refundedTotal": 0,
                     *       "deliveryMethod": "delivery",
                     *       "deliveryZone": "north",
                     *       "extensivOrderId": "ext-90017",
                     *       "trackingNumber": "1Z999AA10123456784",
                     *       "carrier": "UPS",
                     *       "paymentIntentId": "pi_3PqX2eKZ",
                     *       "payouts": {
                     *         "rule": {
                     *           "version": 1,
                     *           "brandShareBps": 7000
                     *         },
                     *         "entries": [
                     *           {
                     *             "brandId": "vitalhemp",
                     *             "brand": "VitalHemp",
                     *             "gross": 5000,
                     *             "brandShare": 3500,
                     *             "platformShare": 1500
                     *           }
                     *         ],
                     *         "brandTotal": 3500,
                     *         "platformTotal": 1500
                     *       },
                     *       "revision": 3,
                     *       "placedAt": "2026-03-01T09:30:00.000Z",
                     *       "paidAt": "2026-03-01T09:45:00.000Z",
                     *       "exportedAt": "2026-03-01T09:45:00.000Z",
                     *       "updatedAt": "2026-03-01T09:30:00.000Z",
                     *       "erasedAt": "2026-03-01T09:45:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Order"];
                };
            };
            /** @description `malformed-request`: The request cannot be read; `validation-failed`: The request is not valid */
            400: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: A credential is needed */
            401: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The credential does not allow this */
            403: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: Not found */
            404: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["request-timeout"];
            /** @description `illegal-transition`: The order cannot change that way; `already-cancelled`: The order is cancelled */
            409: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `precondition-failed`: It is not as `If-Match` says */
            412: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload-too-large`: The body is too large */
            413: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `uri-too-long`: The address is too long */
            414: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The content type is not supported */
            415: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            421: components["responses"]["misdirected-request"];
            /** @description `invalid-command`: The request makes no sense for this order */
            422: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited`: Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            431: components["responses"]["headers-too-large"];
            /** @description `history-unreadable`: What is recorded cannot be read; `internal-error`: Something went wrong here */
            500: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `busy`: Too many changes at once; `newer-release-needed`: A newer release has recorded this; `unavailable`: A part of the portal cannot be reached */
            503: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listPayouts: {
        parameters: {
            query?: {
                /**
                 * @description Only this brand
                 * @example vitalhemp
                 */
                brandId?: string;
                /**
                 * @description Instead of `Accept`
                 * @example json
                 */
                format?: "json" | "csv";
                /** @description At or after */
                from?: string;
                /** @description Before */
                to?: string;
            };
            header?: {
                /**
                 * @description An `ETag` answered before: 304 while the answer would be the same
                 * @example "3"
                 */
                "if-none-match"?: string;
                /**
                 * @description `X-Event-Position` of a write: wait (a few seconds at most) until this answer includes it
                 * @example 48211/48211
                 */
                "x-min-event-position"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The statement */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "X-Parked-Streams": components["headers"]["X-Parked-Streams"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "orderId": "0d1f7a52-9c1b-4a35-8a3c-6f2f3f6a1b20",
                     *           "orderNumber": "VL-K7QF-2M8D-4XRA",
                     *           "brandId": "vitalhemp",
                     *           "brand": "VitalHemp",
                     *           "kind": "allocation",
                     *           "gross": 5000,
                     *           "brandShare": 3500,
                     *           "platformShare": 1500,
                     *           "currency": "USD",
                     *           "at": "2026-03-01T09:30:00.000Z"
                     *         }
                     *       ],
                     *       "complete": true,
                     *       "totals": [
                     *         {
                     *           "currency": "USD",
                     *           "gross": 5000,
                     *           "brandShare": 3500,
                     *           "platformShare": 1500
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        /** @description False when `items` holds the newest entries only; narrow the period or ask for CSV */
                        complete: boolean;
                        /** @description Newest first */
                        items: {
                            /**
                             * @description ISO 8601 UTC with milliseconds
                             * @example 2026-03-01T09:30:00.000Z
                             */
                            at: string;
                            /**
                             * @description The name of the brand
                             * @example VitalHemp
                             */
                            brand: string;
                            /**
                             * @description The id of the brand
                             * @example vitalhemp
                             */
                            brandId: string;
                            /**
                             * @description The brand's part, in minor units (cents)
                             * @example 3500
                             */
                            brandShare: number;
                            /**
                             * @description ISO 4217
                             * @example USD
                             */
                            currency: string;
                            /**
                             * @description What the goods cost, in minor units (cents)
                             * @example 5000
                             */
                            gross: number;
                            /**
                             * @description A reversal takes back, in negative amounts
                             * @enum {string}
                             */
                            kind: "allocation" | "reversal";
                            /**
                             * @description The id of the order
                             * @example 0d1f7a52-9c1b-4a35-8a3c-6f2f3f6a1b20
                             */
                            orderId: string;
                            /**
                             * @description What people call the order
                             * @example VL-K7QF-2M8D-4XRA
                             */
                            orderNumber: string;
                            /**
                             * @description The platform's part, in minor units (cents)
                             * @example 1500
                             */
                            platformShare: number;
                        }[];
                        /** @description Sums of all entries, one per currency */
                        totals: {
                            /**
                             * @description The brand's part, in minor units (cents)
                             * @example 3500
                             */
                            brandShare: number;
                            /**
                             * @description ISO 4217
                             * @example USD
                             */
                            currency: string;
                            /**
                             * @description What the goods cost, in minor units (cents)
                             * @example 5000
                             */
                            gross: number;
                            /**
                             * @description The platform's part, in minor units (cents)
                             * @example 1500
                             */
                            platformShare: number;
                        }[];
                    };
                    /** @example at,order_number,order_id,brand_id,brand,kind,gross,brand_share,platform_share,currency */
                    "text/csv": string;
                };
            };
            /** @description Unchanged */
            304: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `validation-failed`: The request is not valid; `malformed-request`: The request cannot be read */
            400: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: A credential is needed */
            401: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The credential does not allow this */
            403: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["request-timeout"];
            /** @description `uri-too-long`: The address is too long */
            414: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            421: components["responses"]["misdirected-request"];
            /** @description `rate-limited`: Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            431: components["responses"]["headers-too-large"];
            /** @description `internal-error`: Something went wrong here */
            500: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-yet-consistent`: The read models have not caught up yet; `unavailable`: A part of the portal cannot be reached */
            503: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listProducts: {
        parameters: {
            query?: {
                /**
                 * @description Brand name or id, any case
                 * @example VitalHemp
                 */
                brand?: string;
                /**
                 * @description `nextCursor` of the page before
                 * @example eyJ2IjoxLCJhZnRlciI6WyJWaXRhbEhlbXAiXX0
                 */
                cursor?: string;
                /** @description Only what can be ordered now */
                inStock?: boolean;
                /**
                 * @description Rows of one page
                 * @example 50
                 */
                limit?: number;
                /**
                 * @description Name or SKU contains
                 * @example tincture
                 */
                q?: string;
                /**
                 * @description `-` for descending
                 * @example -stock
                 */
                sort?: "name" | "-name" | "price" | "-price" | "stock" | "-stock" | "updatedAt" | "-updatedAt";
            };
            header?: {
                /**
                 * @description An `ETag` answered before: 304 while the answer would be the same
                 * @example "3"
                 */
                "if-none-match"?: string;
                /**
                 * @description `X-Event-Position` of a write: wait (a few seconds at most) until this answer includes it
                 * @example 48211/48211
                 */
                "x-min-event-position"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of products */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "X-Parked-Streams": components["headers"]["X-Parked-Streams"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "prod_0001",
                     *           "sku": "VTH-HON-0001",
                     *           "name": "Honey Hemp Tincture 30 ml",
                     *           "brand": "VitalHemp",
                     *           "brandId": "vitalhemp",
                     *           "description": "Full spectrum, cold pressed.",
                     *           "stock": 120,
                     *           "available": 112,
                     *           "price": 2500,
                     *           "currency": "USD",
                     *           "thc": "0.2",
                     *           "batchNumber": "B-2026-014",
                     *           "coaLink": "https://coa.example.com/B-2026-014.pdf",
                     *           "updatedAt": "2026-03-01T09:30:00.000Z"
                     *         }
                     *       ],
                     *       "nextCursor": "eyJ2IjoxLCJhZnRlciI6WyJWaXRhbEhlbXAiXX0",
                     *       "total": 250,
                     *       "source": "cache",
                     *       "asOf": "2026-03-01T09:30:00.000Z",
                     *       "warning": "no successful sync since 2026-03-01T09:30:00.000Z"
                     *     }
                     */
                    "application/json": {
                        /**
                         * @description When the last successful sync with the warehouse ended, ISO 8601 UTC; null before the first
                         * @example 2026-03-01T09:30:00.000Z
                         */
                        asOf: string | null;
                        /** @description In the order asked for */
                        items: components["schemas"]["Product"][];
                        /**
                         * @description Send it back as `cursor`, with the same filter, for the next page; null on the last one
                         * @example eyJ2IjoxLCJhZnRlciI6WyJWaXRhbEhlbXAiXX0
                         */
                        nextCursor: string | null;
                        /**
                         * @description `stale_cache`: no sync has succeeded for longer than the cache lives; `warning` says since when. `events`: as of a moment of the past
                         * @enum {string}
                         */
                        source: "cache" | "database" | "stale_cache" | "events";
                        /**
                         * @description Products over all pages
                         * @example 250
                         */
                        total: number;
                        /**
                         * @description Why the stock may be out of date
                         * @example no successful sync since 2026-03-01T09:30:00.000Z
                         */
                        warning?: string;
                    };
                };
            };
            /** @description Unchanged */
            304: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid-cursor`: The cursor is not valid; `validation-failed`: The request is not valid; `malformed-request`: The request cannot be read */
            400: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: A credential is needed */
            401: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The credential does not allow this */
            403: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["request-timeout"];
            /** @description `uri-too-long`: The address is too long */
            414: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            421: components["responses"]["misdirected-request"];
            /** @description `rate-limited`: Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            431: components["responses"]["headers-too-large"];
            /** @description `internal-error`: Something went wrong here */
            500: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-yet-consistent`: The read models have not caught up yet; `unavailable`: A part of the portal cannot be reached */
            503: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getProduct: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description An `ETag` answered before: 304 while the answer would be the same
                 * @example "3"
                 */
                "if-none-match"?: string;
                /**
                 * @description `X-Event-Position` of a write: wait (a few seconds at most) until this answer includes it
                 * @example 48211/48211
                 */
                "x-min-event-position"?: string;
            };
            path: {
                /**
                 * @description Product id or SKU
                 * @example VTH-HON-0001
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The product, and where the answer comes from */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "X-Parked-Streams": components["headers"]["X-Parked-Streams"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "prod_0001",
                     *       "sku": "VTH-HON-0001",
                     *       "name": "Honey Hemp Tincture 30 ml",
                     *       "brand": "VitalHemp",
                     *       "brandId": "vitalhemp",
                     *       "description": "Full spectrum, cold pressed.",
                     *       "stock": 120,
                     *       "available": 112,
                     *       "price": 2500,
                     *       "currency": "USD",
                     *       "thc": "0.2",
                     *       "batchNumber": "B-2026-014",
                     *       "coaLink": "https://coa.example.com/B-2026-014.pdf",
                     *       "updatedAt": "2026-03-01T09:30:00.000Z",
                     *       "source": "cache",
                     *       "asOf": "2026-03-01T09:30:00.000Z",
                     *       "warning": "no successful sync since 2026-03-01T09:30:00.000Z"
                     *     }
                     */
                    "application/json": {
                        /**
                         * @description When the last successful sync with the warehouse ended, ISO 8601 UTC; null before the first
                         * @example 2026-03-01T09:30:00.000Z
                         */
                        asOf: string | null;
                        /**
                         * @description Pieces that can still be ordered
                         * @example 112
                         */
                        available: number;
                        /**
                         * @description The batch in the warehouse
                         * @example B-2026-014
                         */
                        batchNumber: string | null;
                        /**
                         * @description The name of the brand
                         * @example VitalHemp
                         */
                        brand: string;
                        /**
                         * @description The id of the brand
                         * @example vitalhemp
                         */
                        brandId: string;
                        /**
                         * @description Certificate of analysis
                         * @example https://coa.example.com/B-2026-014.pdf
                         */
                        coaLink: string | null;
                        /**
                         * @description ISO 4217
                         * @example USD
                         */
                        currency: string;
                        /**
                         * @description A few sentences for buyers
                         * @example Full spectrum, cold pressed.
                         */
                        description: string | null;
                        /**
                         * @description The id of the product
                         * @example prod_0001
                         */
                        id: string;
                        /**
                         * @description The name of the product
                         * @example Honey Hemp Tincture 30 ml
                         */
                        name: string;
                        /**
                         * @description Of one piece, in minor units (cents)
                         * @example 2500
                         */
                        price: number;
                        /**
                         * @description The stock keeping unit
                         * @example VTH-HON-0001
                         */
                        sku: string;
                        /**
                         * @description `stale_cache`: no sync has succeeded for longer than the cache lives; `warning` says since when. `events`: as of a moment of the past
                         * @enum {string}
                         */
                        source: "cache" | "database" | "stale_cache" | "events";
                        /**
                         * @description Pieces as the warehouse says
                         * @example 120
                         */
                        stock: number;
                        /**
                         * @description Content of THC in percent, as a decimal number
                         * @example 0.2
                         */
                        thc: string | null;
                        /**
                         * @description ISO 8601 UTC with milliseconds
                         * @example 2026-03-01T09:30:00.000Z
                         */
                        updatedAt: string;
                        /**
                         * @description Why the stock may be out of date
                         * @example no successful sync since 2026-03-01T09:30:00.000Z
                         */
                        warning?: string;
                    };
                };
            };
            /** @description Unchanged */
            304: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `validation-failed`: The request is not valid; `malformed-request`: The request cannot be read */
            400: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: A credential is needed */
            401: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The credential does not allow this */
            403: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: Not found */
            404: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["request-timeout"];
            /** @description `uri-too-long`: The address is too long */
            414: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            421: components["responses"]["misdirected-request"];
            /** @description `rate-limited`: Too many requests */
            429: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            431: components["responses"]["headers-too-large"];
            /** @description `internal-error`: Something went wrong here */
            500: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-yet-consistent`: The read models have not caught up yet; `unavailable`: A part of the portal cannot be reached */
            503: {
                headers: {
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    receiveStripeWebhook: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Time and signatures, as Stripe sends them
                 * @example t=1772357400,v1=5257a869e7ecebeda32affa62cdca3fa51cad7e77a0e56ff536d0ce8e108d8bd
                 */
                "stripe-signature"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is in the database */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "received": true,
                     *       "stored": true
                     *     }
                     */
                    "application/json": {
                        /**
                         * @description Always
                         * @enum {boolean}
                         */
                        received: true;
                        /** @description False when this event was known already */
                        stored: boolean;
                    };
                };
            };
            /** @description `bad-signature`: The webhook signature does not match; `malformed-request`: The request cannot be read; `validation-failed`: The request is not valid */
            400: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["request-timeout"];
            /** @description `payload-too-large`: The body is too large */
            413: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `uri-too-long`: The address is too long */
            414: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The content type is not supported */
            415: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            421: components["responses"]["misdirected-request"];
            431: components["responses"]["headers-too-large"];
            /** @description `internal-error`: Something went wrong here */
            500: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: A part of the portal cannot be reached */
            503: {
                headers: {
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getLiveness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "ok"
                     *     }
                     */
                    "application/json": {
                        /**
                         * @description Always
                         * @enum {string}
                         */
                        status: "ok";
                    };
                };
            };
            400: components["responses"]["malformed-request"];
            408: components["responses"]["request-timeout"];
            421: components["responses"]["misdirected-request"];
            431: components["responses"]["headers-too-large"];
        };
    };
    getMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Metrics */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /** @example portal_effects_open{kind="export"} 0 */
                    "text/plain": string;
                };
            };
            400: components["responses"]["malformed-request"];
            408: components["responses"]["request-timeout"];
            421: components["responses"]["misdirected-request"];
            431: components["responses"]["headers-too-large"];
        };
    };
    getOpenApi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The document */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /** @example {} */
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `validation-failed`: The request is not valid; `malformed-request`: The request cannot be read */
            400: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["request-timeout"];
            /** @description `uri-too-long`: The address is too long */
            414: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            421: components["responses"]["misdirected-request"];
            431: components["responses"]["headers-too-large"];
            /** @description `internal-error`: Something went wrong here */
            500: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: A part of the portal cannot be reached */
            503: {
                headers: {
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getProblem: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The code of the problem
                 * @example insufficient-stock
                 */
                code: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The problem */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "/problems/insufficient-stock",
                     *       "code": "insufficient-stock",
                     *       "status": 409,
                     *       "title": "There is not enough stock",
                     *       "advice": "Order no more than `facts` says is available, or wait for stock."
                     *     }
                     */
                    "application/json": {
                        /**
                         * @description What to do about it
                         * @example Order no more than `facts` says is available, or wait for stock.
                         */
                        advice: string;
                        /**
                         * @description Stable
                         * @example insufficient-stock
                         */
                        code: string;
                        /**
                         * @description The HTTP status
                         * @example 409
                         */
                        status: number;
                        /**
                         * @description What it means
                         * @example There is not enough stock
                         */
                        title: string;
                        /**
                         * @description This address
                         * @example /problems/insufficient-stock
                         */
                        type: string;
                    };
                };
            };
            /** @description `validation-failed`: The request is not valid; `malformed-request`: The request cannot be read */
            400: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: Not found */
            404: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["request-timeout"];
            /** @description `uri-too-long`: The address is too long */
            414: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            421: components["responses"]["misdirected-request"];
            431: components["responses"]["headers-too-large"];
            /** @description `internal-error`: Something went wrong here */
            500: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: A part of the portal cannot be reached */
            503: {
                headers: {
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getReadiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The state of the process */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "ready": true,
                     *       "checks": [
                     *         {
                     *           "name": "postgres",
                     *           "ok": true,
                     *           "detail": "answers"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        /** @description One per dependency */
                        checks: {
                            /**
                             * @description In words
                             * @example answers
                             */
                            detail: string;
                            /**
                             * @description What was looked at
                             * @example postgres
                             */
                            name: string;
                            /** @description Whether it is well */
                            ok: boolean;
                        }[];
                        /** @description Whether requests should come here */
                        ready: boolean;
                    };
                };
            };
            400: components["responses"]["malformed-request"];
            408: components["responses"]["request-timeout"];
            421: components["responses"]["misdirected-request"];
            431: components["responses"]["headers-too-large"];
            /** @description The state of the process */
            503: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "ready": true,
                     *       "checks": [
                     *         {
                     *           "name": "postgres",
                     *           "ok": true,
                     *           "detail": "answers"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        /** @description One per dependency */
                        checks: {
                            /**
                             * @description In words
                             * @example answers
                             */
                            detail: string;
                            /**
                             * @description What was looked at
                             * @example postgres
                             */
                            name: string;
                            /** @description Whether it is well */
                            ok: boolean;
                        }[];
                        /** @description Whether requests should come here */
                        ready: boolean;
                    };
                };
            };
        };
    };
}
