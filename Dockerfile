# syntax=docker/dockerfile:1

# Pinned to a release line with its patches; pin by digest where builds must be repeatable to the byte.
ARG NODE_IMAGE=node:24.21.0-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# No dependency needs its install script to build or to run the portal.
RUN npm ci --ignore-scripts
COPY scripts/build.mjs scripts/build.mjs
COPY src src
RUN node scripts/build.mjs

FROM ${NODE_IMAGE} AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts && npm cache clean --force

FROM ${NODE_IMAGE}
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=3001 \
    LOG_DIR=none \
    NODE_OPTIONS=--enable-source-maps
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY package.json LICENSE ./
COPY --from=build /app/dist/src dist/src
COPY --from=build /app/dist/libraries dist/libraries
# The image's own unprivileged account. Nothing below /app is writable for it, and nothing has to be.
USER node
EXPOSE 3001
# Readiness in words is on /readyz; every role serves it.
HEALTHCHECK --interval=10s --timeout=6s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.PORT || 3001) + '/readyz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# The portal handles SIGTERM itself and stops within 15 seconds; it starts no child processes, so it needs no init.
STOPSIGNAL SIGTERM
CMD ["node", "dist/src/main.js"]
