import openapiTS, { astToString } from 'openapi-typescript';

/** The types of the API's client, made of its OpenAPI document. */
export async function clientTypes(openapi) {
  const ast = await openapiTS(JSON.parse(openapi), { alphabetize: true });
  return `// Written by node scripts/docs.mjs from docs/openapi.json.\n\n${astToString(ast)}`;
}
