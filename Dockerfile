# One image for every service: what differs is the command. Node runs the TypeScript as it is written; only what browsers run is bundled.
FROM node:24.21.0-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts
# types and source maps are for those who write code
RUN find node_modules -type f \( -name "*.d.ts" -o -name "*.d.?ts" -o -name "*.map" \) -delete

FROM node:24.21.0-bookworm-slim AS pages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY tsconfig.json ./
COPY platform platform
COPY schema schema
COPY tools/bundle tools/bundle
COPY storefront storefront
RUN node storefront/build.ts --force
COPY playground playground
RUN node playground/build.ts --force

FROM node:24.21.0-bookworm-slim
ENV APOLLO_TELEMETRY_DISABLED=true NODE_ENV=production
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY package.json ./
COPY platform platform
COPY kafka kafka
COPY schema schema
COPY gateway gateway
COPY subgraphs subgraphs
COPY --from=pages /app/storefront/dist storefront/dist
COPY --from=pages /app/playground/dist playground/dist
COPY tools/seed tools/seed
COPY tools/image/compile-ahead.ts tools/image/
ENV NODE_COMPILE_CACHE=/app/.compiled
# a named volume begins with the owner of the folder that it covers
RUN mkdir -p /var/lib/marigold/logs .compiled && chown node:node /var/lib/marigold/logs .compiled
USER node
# what Node makes of the sources, made once, by the user whose processes look for it: a start takes half of the CPU then
RUN node tools/image/compile-ahead.ts
CMD ["node", "gateway/main.ts"]
