/** The OpenAPI document as `GET /openapi.json` answers it, as text. */
export async function openApiText({ buildApp }) {
  const app = await buildApp(unasked);
  try {
    return `${JSON.stringify(app.swagger(), null, 2)}\n`;
  } finally {
    await app.close();
  }
}

const nothing = () => undefined;
const logger = { trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing, child: () => logger };

/** What the app is given: to describe itself it asks none of it. */
const unasked = {
  useCases: {},
  queries: {},
  histories: {},
  health: nothing,
  renderMetrics: nothing,
  metrics: {},
  logger,
  authenticate: nothing,
};
