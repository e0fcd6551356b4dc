// The one file that another product's page loads: `<script type="module" src="https://node/trip-map.js">`.

import { TripMapElement } from './trip-map-element.tsx';

if (!customElements.get('trip-map')) customElements.define('trip-map', TripMapElement);
