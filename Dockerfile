# One image, two targets: `gateway` and `simulator`. Debian trixie, as the native addon for Node 24 needs glibc ≥ 2.38
# (never Alpine). No `# syntax=` line and no heredocs: older engines build it, too.
FROM node:24-trixie-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
COPY protocol/package.json protocol/
COPY client/package.json client/
COPY server/package.json server/
COPY driver-sim/package.json driver-sim/
COPY rider-web/package.json rider-web/

FROM packages AS build
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.base.json ./
COPY protocol protocol
COPY client client
COPY server server
COPY driver-sim driver-sim
COPY rider-web rider-web
RUN npx tsc -b protocol client server driver-sim && node rider-web/scripts/build-site.mjs \
 && find */dist \( -name '*.ts' -o -name '*.map' -o -name .tsbuildinfo \) -delete

# What each of the two needs to run: no development dependencies, nothing that only compilers and debuggers read, and of the
# native addon, which brings 257 MB of files for every platform, this platform's alone.
FROM packages AS gateway-packages
RUN --mount=type=cache,target=/root/.npm \
    npm ci --omit=dev --ignore-scripts --no-audit --no-fund -w @tripcast/server -w @tripcast/protocol \
 && cd node_modules/uWebSockets.js \
 && node -e "const f=require('fs');const own='uws_'+process.platform+'_'+process.arch+'_'+process.versions.modules+'.node';for(const n of f.readdirSync('.'))if(n.endsWith('.node')&&n!==own)f.rmSync(n)" \
 && rm -rf docs examples tests src mvp misc scripts .github \
 && find /app/node_modules -type f \( -name '*.ts' -o -name '*.[cm]ts' -o -name '*.map' \) -delete

FROM packages AS simulator-packages
RUN --mount=type=cache,target=/root/.npm \
    npm ci --omit=dev --ignore-scripts --no-audit --no-fund \
    -w @tripcast/driver-sim -w @tripcast/client -w @tripcast/protocol \
 && find /app/node_modules -type f \( -name '*.ts' -o -name '*.[cm]ts' -o -name '*.map' \) -delete

FROM node:24-trixie-slim AS base
ENV NODE_ENV=production
WORKDIR /app
COPY --chmod=755 deploy/healthy.sh /usr/local/bin/healthy
USER node

FROM base AS gateway
COPY --from=gateway-packages /app/package.json ./
COPY --from=gateway-packages /app/node_modules node_modules
COPY --from=gateway-packages /app/protocol/package.json protocol/package.json
COPY --from=build /app/protocol/dist protocol/dist
COPY --from=gateway-packages /app/server/package.json server/package.json
COPY --from=build /app/server/dist server/dist
COPY --from=build /app/rider-web/site rider-web/site
ENV HOST=0.0.0.0 PORT=8080
EXPOSE 8080
# Alive, not fit for sockets: who restarts what is unhealthy must not restart nodes because Redis is away.
HEALTHCHECK --interval=2s --timeout=3s --start-period=30s --retries=5 CMD ["healthy", "8080", "/healthz"]
CMD ["node", "server/dist/run.js"]

FROM base AS simulator
COPY --from=simulator-packages /app/package.json ./
COPY --from=simulator-packages /app/node_modules node_modules
COPY --from=simulator-packages /app/protocol/package.json protocol/package.json
COPY --from=build /app/protocol/dist protocol/dist
COPY --from=simulator-packages /app/client/package.json client/package.json
COPY --from=build /app/client/dist client/dist
COPY --from=simulator-packages /app/driver-sim/package.json driver-sim/package.json
COPY --from=build /app/driver-sim/dist driver-sim/dist
COPY driver-sim/cities driver-sim/cities
COPY driver-sim/traces driver-sim/traces
# Some driver is connected.
HEALTHCHECK --interval=2s --timeout=3s --start-period=30s --retries=5 \
  CMD ["grep", "-q", " 01 ", "/proc/net/tcp", "/proc/net/tcp6"]
ENTRYPOINT ["node", "driver-sim/dist/run.js"]
