FROM node:24-slim AS build
WORKDIR /portcullis
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN npm run build && npm prune --omit=dev

FROM node:24-slim
WORKDIR /portcullis
ENV NODE_ENV=production
COPY --from=build /portcullis/node_modules node_modules
COPY --from=build /portcullis/dist dist
COPY --from=build /portcullis/package.json .
USER node
EXPOSE 3000
CMD ["node", "--enable-source-maps", "dist/apps/api/src/main.js"]
