// The quickest way between two places on the streets, by NBA* (Pijls and Post 2009, as in ngraph.path).

import createGraph, { type Graph } from 'ngraph.graph';
import ngraphPath from 'ngraph.path';
import { metresBetween } from './ground.ts';
import { type Route, routeOver, type Stretch } from './route.ts';
import type { RoadPlace, StreetNetwork, StreetNode } from './streets.ts';

/** A route from one place on the streets to another. */
export type Router = (from: RoadPlace, to: RoadPlace) => Route;

/** What a traffic light costs on average: half of its cycle is red, and half of that one waits. */
const SIGNAL_SECONDS = 8;
/** What turning a standing car round costs, so that it is done only where the way round is long. */
const TURN_ROUND_SECONDS = 20;

/** The share of its limit that is driven on a street, where not all of it: side streets give way at each corner. */
const DRIVEN_SHARE: Record<string, number> = { unclassified: 0.8, residential: 0.7, living_street: 0.7 };

interface Way {
  stretches: Stretch[];
  seconds: number;
  /** It turns round at a crossing, which cars avoid. */
  turnsBack: boolean;
  /** The standing car looks the other way. */
  turnsRound: boolean;
}

export function createRouter(network: StreetNetwork): Router {
  const quickest = quickestEdges(network);
  const finder = ngraphPath.nba(graphOf(network, quickest), {
    oriented: true,
    distance: (_from, _to, link) => link.data,
    heuristic: heuristicFor(network),
  });

  const edgesBetween = (from: number, to: number): number[] => {
    if (from === to) return [];
    const path = finder.find(from, to).map((node) => node.id as number);
    if (path[0] !== from) path.reverse();
    return path.slice(1).map((node, index) => quickest.get(pairOf(path[index]!, node))!);
  };

  const wayBetween = (from: RoadPlace, to: RoadPlace): Omit<Way, 'turnsRound'> => {
    if (from.edge === to.edge && from.alongMetres <= to.alongMetres) {
      const stretch = { edge: from.edge, fromMetres: from.alongMetres, toMetres: to.alongMetres };
      return { stretches: [stretch], seconds: secondsOver(network, stretch), turnsBack: false };
    }
    const edges = edgesBetween(network.edges[from.edge]!.to, network.edges[to.edge]!.from);
    const stretches = [
      { edge: from.edge, fromMetres: from.alongMetres, toMetres: network.edges[from.edge]!.lengthMetres },
      ...edges.map((edge) => ({ edge, fromMetres: 0, toMetres: network.edges[edge]!.lengthMetres })),
      { edge: to.edge, fromMetres: 0, toMetres: to.alongMetres },
    ];
    const seconds = stretches.reduce((sum, stretch) => sum + secondsOver(network, stretch), 0);
    const turnsBack = stretches.some(
      ({ edge }, index) => index > 0 && network.edges[edge]!.opposite === stretches[index - 1]!.edge,
    );
    return { stretches, seconds, turnsBack };
  };

  return function route(from, to) {
    const ways: Way[] = [];
    for (const end of bothDirections(network, to)) {
      for (const [index, start] of bothDirections(network, from).entries()) {
        const way = wayBetween(start, end);
        ways.push({ ...way, seconds: way.seconds + index * TURN_ROUND_SECONDS, turnsRound: index > 0 });
      }
    }
    ways.sort((a, b) => Number(a.turnsBack) - Number(b.turnsBack) || a.seconds - b.seconds);
    const [{ stretches, turnsRound }] = ways as [Way];
    return { ...routeOver(network, stretches), ...(turnsRound && { turnsRound }) };
  };
}

/** The place as it is, and, on a two-way street, the same place the other way. */
function bothDirections(network: StreetNetwork, place: RoadPlace): RoadPlace[] {
  const { opposite, lengthMetres } = network.edges[place.edge]!;
  if (opposite === undefined) return [place];
  return [place, { edge: opposite, alongMetres: lengthMetres - place.alongMetres }];
}

function secondsOver(network: StreetNetwork, { edge, fromMetres, toMetres }: Stretch): number {
  const { street, to, lengthMetres } = network.edges[edge]!;
  const throughSignal = network.nodes[to]!.hasSignal && toMetres === lengthMetres;
  const drivenMps = street.limitMps * (DRIVEN_SHARE[street.class] ?? 1);
  return (toMetres - fromMetres) / drivenMps + (throughSignal ? SIGNAL_SECONDS : 0);
}

/** By pair of nodes, the quickest edge from one to the other: some crossings are joined by two streets. */
function quickestEdges(network: StreetNetwork): Map<string, number> {
  const quickest = new Map<string, number>();
  network.edges.forEach((edge, index) => {
    const known = quickest.get(pairOf(edge.from, edge.to));
    if (known === undefined || wholeSeconds(network, index) < wholeSeconds(network, known)) {
      quickest.set(pairOf(edge.from, edge.to), index);
    }
  });
  return quickest;
}

function graphOf(network: StreetNetwork, edges: ReadonlyMap<string, number>): Graph<StreetNode, number> {
  const graph = createGraph<StreetNode, number>();
  network.nodes.forEach((node, index) => {
    graph.addNode(index, node);
  });
  for (const index of edges.values()) {
    const { from, to } = network.edges[index]!;
    graph.addLink(from, to, wholeSeconds(network, index));
  }
  return graph;
}

/** Never more than the true time: as the crow flies, at the highest limit of the city. */
function heuristicFor(network: StreetNetwork) {
  const topMps = Math.max(...new Set(network.edges.map(({ street }) => street.limitMps)));
  return (a: { data: StreetNode }, b: { data: StreetNode }) => metresBetween(a.data, b.data) / topMps;
}

function wholeSeconds(network: StreetNetwork, edge: number): number {
  return secondsOver(network, { edge, fromMetres: 0, toMetres: network.edges[edge]!.lengthMetres });
}

function pairOf(from: number, to: number): string {
  return `${from}→${to}`;
}
