# One image, two targets: `gateway` and `simulator`. Debian trixie, as the native addon for Node 24 needs glibc ≥ 2.38
# (never Alpine).
FROM node:24-trixie-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
COPY protocol/package.json protocol/
COPY client/package.json client/
COPY server/package.json server/
COPY driver-sim/package.json driver-sim/
COPY rider-web/package.json rider-web/
COPY score/package.json score/
RUN npm install --no-save --no-audit --no-fund --ignore-scripts
COPY tsconfig.base.json tsconfig.json ./
COPY scripts scripts
COPY protocol protocol
COPY client client
COPY server server
COPY driver-sim driver-sim
COPY rider-web rider-web
COPY score score
RUN npm run build

# Only what runs: no development dependencies, and of the native addon this platform's file alone (all of them: 257 MB).
FROM build AS production
RUN npm prune --omit=dev --ignore-scripts --no-audit --no-fund \
 && cd node_modules/uWebSockets.js \
 && node -e "const f=require('fs');const own='uws_'+process.platform+'_'+process.arch+'_'+process.versions.modules+'.node';for(const n of f.readdirSync('.'))if(n.endsWith('.node')&&n!==own)f.rmSync(n)" \
 && rm -rf docs examples tests src mvp misc scripts

FROM node:24-trixie-slim AS base
ENV NODE_ENV=production
WORKDIR /app
USER node

FROM base AS gateway
COPY --from=production /app/package.json ./
COPY --from=production /app/node_modules node_modules
COPY --from=production /app/protocol/package.json protocol/package.json
COPY --from=production /app/protocol/dist protocol/dist
COPY --from=production /app/server/package.json server/package.json
COPY --from=production /app/server/dist server/dist
COPY --from=production /app/rider-web/site rider-web/site
ENV HOST=0.0.0.0 PORT=8080
EXPOSE 8080
HEALTHCHECK --interval=5s --timeout=3s --start-period=10s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8080/readyz').then(a=>process.exit(a.ok?0:1),()=>process.exit(1))"]
CMD ["node", "server/dist/run.js"]

FROM base AS simulator
COPY --from=production /app/package.json ./
COPY --from=production /app/node_modules node_modules
COPY --from=production /app/protocol/package.json protocol/package.json
COPY --from=production /app/protocol/dist protocol/dist
COPY --from=production /app/client/package.json client/package.json
COPY --from=production /app/client/dist client/dist
COPY --from=production /app/driver-sim/package.json driver-sim/package.json
COPY --from=production /app/driver-sim/dist driver-sim/dist
COPY --from=production /app/driver-sim/cities driver-sim/cities
COPY --from=production /app/driver-sim/traces driver-sim/traces
ENTRYPOINT ["node", "driver-sim/dist/run.js"]
