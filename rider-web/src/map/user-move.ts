/** Fired on the map when somebody moves it by a button; gestures have Leaflet's own events. */
export const USER_MOVE = 'usermove';
