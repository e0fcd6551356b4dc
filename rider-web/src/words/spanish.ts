import type { TripStatus, VehicleDescription } from '@tripcast/client';
import type { EtaRange } from '../trips/eta-range.ts';
import type { Farewell } from '../trips/farewell.ts';
import type { Truth } from '../trips/truth.ts';
import { capitalised } from './capitalised.ts';
import type { Reader, Words } from './english.ts';
import type { Formats } from './formats.ts';

const STATUS: Record<Reader, Record<TripStatus, string>> = {
  rider: {
    NEW: 'Esperando a que salga tu chofer',
    ENROUTE_TO_PICKUP: 'Tu chofer está en camino',
    ARRIVED_AT_PICKUP: 'Tu chofer ya llegó',
    ENROUTE_TO_DROPOFF: 'En camino a tu destino',
    COMPLETE: 'Llegaste',
    CANCELED: 'Este viaje fue cancelado',
  },
  guest: {
    NEW: 'El viaje todavía no empezó',
    ENROUTE_TO_PICKUP: 'El auto va al punto de partida',
    ARRIVED_AT_PICKUP: 'El auto está en el punto de partida',
    ENROUTE_TO_DROPOFF: 'En camino al destino',
    COMPLETE: 'Ya llegaron',
    CANCELED: 'El viaje fue cancelado',
  },
};

const SHORT_STATUS: Record<TripStatus, string> = {
  NEW: 'En espera',
  ENROUTE_TO_PICKUP: 'A buscarte',
  ARRIVED_AT_PICKUP: 'Llegó',
  ENROUTE_TO_DROPOFF: 'De viaje',
  COMPLETE: 'Terminado',
  CANCELED: 'Cancelado',
};

const FAREWELL: Record<Farewell, { title: string; text: string }> = {
  expired: {
    title: 'Este enlace venció',
    text: 'Los enlaces a un viaje funcionan solo por un tiempo. Pide uno nuevo.',
  },
  takenBack: {
    title: 'Este enlace fue retirado',
    text: 'Quien compartía el viaje dejó de hacerlo. Si necesitas seguirlo, pregúntale.',
  },
  sharedEnded: {
    title: 'El viaje terminó',
    text: 'Un enlace compartido termina con su viaje. Ya no se muestra nada de él.',
  },
  ended: {
    title: 'Este viaje terminó',
    text: 'Su recorrido se podía ver hasta una hora después del final.',
  },
  notFound: {
    title: 'No existe ese viaje',
    text: 'Revisa el enlace o pide uno nuevo. Los viajes se olvidan un día después de terminar.',
  },
  otherTrip: {
    title: 'Este enlace es de otro viaje',
    text: 'Abre el enlace completo que te enviaron.',
  },
  busy: {
    title: 'Demasiadas personas siguen este viaje',
    text: 'Prueba de nuevo en un minuto.',
  },
  noAccess: {
    title: 'Este enlace ya no funciona',
    text: 'Pide uno nuevo.',
  },
};

const UNKNOWN_STATUS = 'El viaje está en curso';

function known<T>(table: Record<TripStatus, T>, status: string): T | undefined {
  return Object.hasOwn(table, status) ? table[status as TripStatus] : undefined;
}

export function spanish(formats: Formats): Words {
  function age(seconds: number): string {
    if (seconds < 90) return `hace ${seconds} s`;
    const minutes = Math.round(seconds / 60);
    return minutes < 90 ? `hace ${minutes} min` : `hace ${Math.round(minutes / 60)} h`;
  }

  /** With its article: "la 1:05", "las 13:05". */
  function hour(timeMs: number): string {
    const time = formats.clockTime(timeMs);
    return /^0?1\D/.test(time) ? `la ${time}` : `las ${time}`;
  }

  /** "las 13:05" of today, "el lunes a las 13:05" of another day. */
  function moment(timeMs: number): string {
    const day = formats.otherDay(timeMs, Date.now());
    return day ? `el ${day} a ${hour(timeMs)}` : hour(timeMs);
  }

  function truth({ kind }: Truth, ageSeconds: number | undefined): string {
    const aged = (reason: string) => capitalised(ageSeconds ? `${age(ageSeconds)}: ${reason}` : reason);
    switch (kind) {
      case 'live':
        return ageSeconds ? `En vivo, ${age(ageSeconds)}` : 'En vivo';
      case 'connecting':
        return 'Conectando…';
      case 'noNetwork':
        return aged('no tienes conexión');
      case 'reconnecting':
        return aged('reconectando…');
      case 'notStarted':
        return 'Conectado';
      case 'offline':
        return aged('el teléfono del chofer está sin conexión');
      case 'silent':
        return ageSeconds === undefined
          ? 'Esperando la primera posición'
          : aged('sin noticias del teléfono del chofer');
      case 'disturbed':
        return aged('problemas de nuestro lado');
      case 'ended':
        return 'Viaje terminado';
      case 'refused':
        return 'El enlace ya no es válido';
      default:
        return kind satisfies never;
    }
  }

  return {
    ...formats,
    language: 'es',
    title: 'Tripcast',
    status: (status: string, reader: Reader = 'rider') => known(STATUS[reader], status) ?? UNKNOWN_STATUS,
    shortStatus: (status: string) => known(SHORT_STATUS, status) ?? 'En curso',
    age,
    truth,
    farewell: (why: Farewell) => FAREWELL[why],
    eta: (range: EtaRange) =>
      range.high <= 1 ? '1 min o menos' : formats.minutes({ ...range, low: Math.max(1, range.low) }),
    etaLabel: { pickup: 'Te busca en', dropoff: 'Llegas en' },
    etaUnknown: 'Todavía sin estimación',
    etaOverdue: 'Más tarde de lo previsto',
    aboutMinutes: (minutes: number) => (minutes <= 1 ? 'Un minuto o menos' : `Unos ${minutes} minutos`),
    arrivesAround: (timeMs: number) => `hacia ${hour(timeMs)}`,
    remaining: (metres: number) => `faltan ${formats.distance(metres)}`,
    pickup: 'Partida',
    dropoff: 'Destino',
    someCar: 'Tu auto',
    vehicle: ({ colour, make, model }: VehicleDescription) => {
      const car = [make, model].filter(Boolean).join(' ');
      return capitalised([car, colour && colourInSpanish(colour)].filter(Boolean).join(', '));
    },
    plate: 'Matrícula',
    lookFor: 'Busca este auto',
    recentre: 'Volver al auto',
    zoomIn: 'Acercar',
    zoomOut: 'Alejar',
    mapLabel: 'Mapa del viaje',
    allTrips: 'Todos los viajes',
    languageSwitch: 'Idioma',
    progressLabel: 'Avance del viaje',
    progress: ['En camino', 'Llegó', 'De viaje', 'Listo'],
    showDetails: 'Ver más',
    hideDetails: 'Ver menos',
    close: 'Cerrar',
    back: 'Volver',
    loadingTrip: 'Buscando tu viaje…',
    unreachable: {
      title: 'Todavía no se puede ver el viaje',
      offline: 'Este dispositivo no tiene conexión. El viaje aparece solo cuando vuelva.',
      text: 'Se reintenta cada pocos segundos. Tu viaje sigue igual.',
    },
    place: {
      show: 'Mostrar dónde estoy',
      hide: 'Ocultar dónde estoy',
      label: 'Estás aquí',
      waiting: 'Buscando dónde estás…',
      denied: 'Esta página no puede ver dónde estás. Permítelo en los ajustes del navegador para este sitio.',
      unavailable: 'Este dispositivo no puede decir dónde estás ahora.',
    },
    alert: {
      on: 'Avisarme',
      off: 'Con aviso',
      title: 'Tu chofer ya llegó',
      guestTitle: 'El auto está en el punto de partida',
      blocked: 'Las notificaciones están bloqueadas: la página vibra y lo dice mientras está abierta.',
      text: (car: string, plate: string) => [car, plate].filter(Boolean).join(' · '),
    },
    cancel: {
      action: 'Cancelar el viaje',
      title: '¿Cancelar este viaje?',
      text: 'Tu chofer se entera al instante. No se puede deshacer.',
      confirm: 'Sí, cancelarlo',
      keep: 'Seguir con mi viaje',
      working: 'Cancelando…',
      tooLate: 'Ya es tarde para cancelar: el viaje siguió adelante.',
      failed: 'No se pudo enviar. El viaje sigue; prueba de nuevo.',
    },
    share: {
      action: 'Compartir',
      title: 'Compartir este viaje',
      text: 'Quien tenga el enlace ve el auto y la ruta, pero no puede cambiar nada. Termina con el viaje.',
      name: '¿Para quién es?',
      namePlaceholder: 'Mamá, la oficina…',
      lasts: 'Funciona por',
      lastsFor: (minutes: number) => formats.duration(minutes * 60_000),
      make: 'Crear enlace',
      working: 'Creándolo…',
      list: 'Enlaces que funcionan ahora',
      none: 'Nadie sigue este viaje por un enlace todavía.',
      until: (timeMs: number) => `hasta ${moment(timeMs)}`,
      send: 'Enviar',
      copy: 'Copiar',
      sendTo: (name: string) => `Enviar el enlace para ${name}`,
      copyFor: (name: string) => `Copiar el enlace para ${name}`,
      copied: 'Copiado',
      takeBack: 'Retirar',
      takeBackFrom: (name: string) => `Dejar de compartir con ${name}`,
      takenBack: (name: string) => `${name} ya no puede ver este viaje.`,
      message: 'Sigue mi viaje',
      failed: 'No se pudo enviar. Prueba de nuevo.',
      tooMany: 'Un viaje no puede tener más enlaces. Retira uno primero.',
      loading: 'Buscando enlaces…',
      unreadable: 'No se pudieron leer los enlaces que funcionan ahora. Cierra esto y ábrelo de nuevo.',
    },
    guest: {
      badge: 'Compartido contigo',
      until: (timeMs: number) => `Este enlace funciona hasta ${moment(timeMs)} o hasta que termine el viaje.`,
    },
    summary: {
      distance: 'Distancia',
      duration: 'Tiempo',
      from: 'Inicio',
      to: 'Fin',
      gpx: 'Descargar el recorrido (GPX)',
      saving: 'Preparando…',
      failed: 'No se pudo leer el recorrido. Prueba de nuevo.',
      canceledText: 'El auto ya no se muestra.',
      noTrack: 'No se guardaron posiciones de este viaje.',
      loading: 'Leyendo el recorrido…',
    },
    noLink: {
      title: 'Este enlace no está completo',
      text: 'Le falta la clave, la parte después del #. Abre el enlace completo que te enviaron.',
    },
    noTrip: {
      title: 'Aquí no hay nada',
      text: 'Esta dirección no es de ningún viaje. Revisa el enlace que te enviaron.',
    },
    broken: {
      title: 'Algo salió mal aquí',
      text: 'Vuelve a cargar la página para seguir. Tu viaje sigue igual.',
      reload: 'Volver a cargar',
    },
    demo: {
      title: 'Viajes en curso',
      subtitle: (count: number) => (count === 1 ? '1 auto en el mapa' : `${count} autos en el mapa`),
      loading: 'Buscando viajes…',
      empty: {
        title: 'Ahora no hay viajes',
        text: 'Las calles están tranquilas. Los viajes nuevos aparecen solos.',
        command: 'npm run sim -- --drivers 25',
      },
      notDemo: {
        title: 'Abre el enlace de tu viaje',
        text: 'Un viaje se sigue por el enlace que recibe su pasajero. Para ver viajes simulados, arranca el nodo en modo de demostración:',
        command: 'TRIPCAST_DEMO=1 npm run gateway',
      },
      unreachable: {
        title: 'No se puede llegar al servicio',
        text: 'Se reintenta cada pocos segundos.',
      },
      mapLabel: 'Mapa de todos los viajes en curso',
    },
  };
}

const COLOURS: Record<string, string> = {
  white: 'blanco',
  black: 'negro',
  grey: 'gris',
  gray: 'gris',
  silver: 'plateado',
  red: 'rojo',
  blue: 'azul',
  green: 'verde',
  yellow: 'amarillo',
  orange: 'naranja',
  brown: 'marrón',
  beige: 'beige',
};
const SHADES: Record<string, string> = { dark: 'oscuro', light: 'claro' };

/** "dark green" as "verde oscuro"; what isn't known stays as the driver wrote it. */
function colourInSpanish(colour: string): string {
  const words = colour.trim().toLowerCase().split(/\s+/);
  const name = COLOURS[words.at(-1) ?? ''];
  const shades = words.slice(0, -1).map((word) => SHADES[word]);
  return name && !shades.includes(undefined) ? [name, ...shades].join(' ') : colour;
}
