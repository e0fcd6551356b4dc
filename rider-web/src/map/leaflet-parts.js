// The parts of Leaflet that the map uses, from its own modules: the site's build takes these in the place of the whole
// package, which is half as large again. What is missing here is missing at run time: the types are the package's.

import 'leaflet/src/control/Control.Attribution.js';
import 'leaflet/src/map/handler/Map.DoubleClickZoom.js';
import 'leaflet/src/map/handler/Map.Drag.js';
import 'leaflet/src/map/handler/Map.Keyboard.js';
import 'leaflet/src/map/handler/Map.ScrollWheelZoom.js';
import 'leaflet/src/map/handler/Map.TouchZoom.js';

import * as DomUtil from 'leaflet/src/dom/DomUtil.js';
import { SVG } from 'leaflet/src/layer/vector/SVG.js';
import { Map as LeafletMap } from 'leaflet/src/map/Map.js';

// Lines are drawn as SVG alone; the package's own choice brings its canvas renderer along.
LeafletMap.include({
  getRenderer() {
    this._renderer ??= new SVG();
    if (!this.hasLayer(this._renderer)) this.addLayer(this._renderer);
    return this._renderer;
  },
});

export { toLatLngBounds as latLngBounds } from 'leaflet/src/geo/LatLngBounds.js';
export { Layer } from 'leaflet/src/layer/Layer.js';
export { GridLayer } from 'leaflet/src/layer/tile/GridLayer.js';
export { TileLayer } from 'leaflet/src/layer/tile/TileLayer.js';
export { Polyline } from 'leaflet/src/layer/vector/Polyline.js';
export { DomUtil, LeafletMap as Map };
