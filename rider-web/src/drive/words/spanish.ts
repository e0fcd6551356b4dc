import type { Formats } from '../../words/formats.ts';
import type { DriveWords } from './english.ts';

export function spanish(formats: Formats): DriveWords {
  const count = (fixes: number) => (fixes === 1 ? '1 posición' : `${fixes} posiciones`);
  const lasting = (ms: number) => (ms < 90_000 ? `${Math.round(ms / 1_000)} s` : formats.duration(ms));
  return {
    title: 'Conducir',
    mapLabel: 'Mapa: dónde está este teléfono, y sus viajes',
    insecure: {
      title: 'Esta página necesita HTTPS',
      text: 'El navegador dice dónde está el teléfono, y mantiene la pantalla encendida, solo en páginas seguras. Abre esta página como',
      help: 'El README explica cómo tener un certificado para un teléfono en la misma red.',
    },
    gate: {
      title: 'Conducir con este teléfono',
      text: 'Esta página envía dónde está el teléfono mientras conduces. Necesita tu token de chofer.',
      label: 'Token de chofer',
      open: 'Seguir',
      how: 'En la máquina del nodo, esto imprime uno por una hora:',
      notAToken:
        'Eso no es un token de chofer. Tiene tres partes separadas por puntos, y nombra un vehículo.',
      expired: 'Ese token venció, o fue retirado. Pon uno nuevo; no se pierde nada de lo medido.',
      refused: (why) => `El nodo no aceptó el token: ${why}`,
    },
    ready: {
      title: (vehicle) => `Todo listo para conducir ${vehicle}`,
      text: 'El navegador pregunta si esta página puede ver dónde estás. Tu posición se envía mientras esta página está abierta; cada pasajero la ve solo durante su propio viaje.',
      start: 'Empezar a conducir',
      other: 'Otro vehículo',
    },
    denied: {
      title: 'Esta página no puede ver dónde estás',
      text: 'No se envía nada. Permítelo en los ajustes del navegador para este sitio (en un teléfono, también en los ajustes del sistema para el navegador), y prueba de nuevo.',
      again: 'Probar de nuevo',
    },
    otherTab: {
      title: 'Este vehículo se conduce en otra pestaña',
      text: 'Solo una pestaña puede conducir un vehículo. Cierra la otra, o sigue acá.',
      here: 'Conducir acá',
    },
    replaced: {
      title: 'Este vehículo se conduce desde otro lado',
      text: 'Otro dispositivo se conectó por él, y vale el más nuevo. Lo que este teléfono no envió queda acá.',
      here: 'Conducir acá de nuevo',
    },
    state: {
      connecting: 'Conectando…',
      offline: (kept) => `Sin red: ${count(kept)} guardadas acá`,
      reconnecting: (kept) => `Reconectando: ${count(kept)} guardadas acá`,
      disturbed: 'Problemas en el servicio: las posiciones se guardan acá',
      noGps: 'Sin GPS: este teléfono no sabe dónde está',
      waiting: 'Buscando GPS…',
      silent: (seconds) =>
        `Sin GPS hace ${seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`}`,
      catchingUp: (kept) => `Enviando lo guardado: faltan ${kept}`,
      live: 'En vivo: las posiciones llegan',
    },
    away: (from, to) =>
      `Sin posiciones durante ${lasting(to - from)} (de ${formats.clockTime(from)} a ${formats.clockTime(to)}): la pantalla estaba apagada, o había otra aplicación abierta. Deja esta página abierta y la pantalla encendida.`,
    awayClose: 'Entendido',
    screen: {
      on: 'La pantalla queda encendida mientras conduces.',
      off: 'El navegador deja que la pantalla se apague (¿poca batería?). Cuando se apaga, no se mide nada.',
      unsupported:
        'Este navegador no puede mantener la pantalla encendida. Ajusta el teléfono para que no la apague mientras conduces.',
    },
    notStored:
      'Este navegador no guarda nada (¿una ventana privada?): lo que aún no se envió se pierde al cerrar la página.',
    figures: {
      label: 'Lo que se envió',
      measured: 'Medidas',
      acknowledged: 'Confirmadas',
      kept: 'Guardadas acá',
      inFlight: (fixes) => `${fixes} en camino`,
      refused: (fixes) => `${count(fixes)} que el servicio no guardó`,
      dropped: (fixes) => `${count(fixes)} perdidas: este teléfono estaba lleno`,
      restored: (fixes) => `${count(fixes)} de antes de abrir esta página`,
      pace: (seconds) => (seconds === 1 ? 'una posición por segundo' : `una posición cada ${seconds} s`),
      accuracy: (metres) => `GPS a ${metres}`,
      details: 'Detalles',
    },
    trips: {
      none: 'No hay viajes ahora. Los nuevos aparecen acá solos.',
      noneOffline: 'Los viajes se muestran cuando hay conexión.',
      status: {
        NEW: 'Viaje nuevo',
        ENROUTE_TO_PICKUP: 'En camino a buscar al pasajero',
        ARRIVED_AT_PICKUP: 'En el punto de partida',
        ENROUTE_TO_DROPOFF: 'En viaje al destino',
      },
      unknownStatus: 'En curso',
      step: {
        ENROUTE_TO_PICKUP: 'Salir',
        ARRIVED_AT_PICKUP: 'Llegué',
        ENROUTE_TO_DROPOFF: 'Empezar el viaje',
        COMPLETE: 'Terminar el viaje',
      },
      working: 'Avisando al pasajero…',
      finish: {
        title: '¿Terminó el viaje?',
        text: 'Se le avisa al pasajero, que ya no te ve.',
        yes: 'Sí, terminarlo',
        no: 'Todavía no',
      },
      cancel: {
        action: 'Cancelar este viaje',
        title: '¿Cancelar este viaje?',
        text: 'Se le avisa al pasajero enseguida. No se puede deshacer.',
        yes: 'Sí, cancelarlo',
        no: 'Seguir con él',
      },
    },
    refusal: {
      conflict: 'El viaje cambió mientras tanto. Se muestra como está ahora: prueba de nuevo.',
      invalid_transition: 'El viaje siguió sin esto: se muestra como está ahora.',
      trip_ended: 'El viaje terminó.',
      forbidden: 'Este viaje ya no es tuyo.',
      not_found: 'Ese viaje ya no existe.',
      unauthenticated: 'Tu token venció.',
    },
    unavailable: 'Eso no llegó. El viaje está como estaba: prueba de nuevo.',
    stop: 'Dejar de conducir',
  };
}
