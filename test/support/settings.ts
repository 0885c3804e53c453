/** All settings that a configuration needs; none leads to a server. */
export const settingsToNowhere = {
  EVENTSTORE_URL: 'esdb://127.0.0.1:1?tls=false',
  DATABASE_URL: 'postgres://portal@127.0.0.1:1/portal',
  REDIS_URL: 'redis://127.0.0.1:1',
  EXTENSIV_BASE_URL: 'http://127.0.0.1:1',
  EXTENSIV_CLIENT_ID: 'portal',
  EXTENSIV_CLIENT_SECRET: 'secret',
  STRIPE_SECRET_KEY: 'sk_test',
  STRIPE_WEBHOOK_SECRET: 'whsec_test',
  SMTP_URL: 'smtp://127.0.0.1:1',
  ADMIN_EMAIL: 'admin@example.com',
  DELIVERY_PARTNER_URL: 'http://127.0.0.1:1',
};
