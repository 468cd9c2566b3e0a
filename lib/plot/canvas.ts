// What a picture is made of, before it is written as SVG.
import type { Colour } from './colours.js';

export interface PathShape {
  readonly is: 'path';
  readonly d: string;
  readonly stroke?: Colour;
  readonly fill?: Colour;
  /** px; 1 unless told */
  readonly width?: number;
  readonly dash?: string;
  readonly opacity?: number;
  /** Without half-dark pixels at its edges. */
  readonly isCrisp?: boolean;
}

export interface TextShape {
  readonly is: 'text';
  /** Or of each character. */
  readonly x: number | readonly number[];
  readonly y: number;
  readonly text: string;
  readonly colour: Colour;
  /** px; 11 unless told */
  readonly size?: number;
  readonly anchor?: 'middle' | 'end';
  readonly isBold?: boolean;
  /** Each character as wide as another. */
  readonly isMono?: boolean;
}

export type Shape = PathShape | TextShape;

export interface Scene {
  readonly width: number;
  readonly height: number;
  readonly title: string;
  readonly description: string;
  readonly shapes: readonly Shape[];
}

/** A number with one decimal at most: the same on each machine, and short. */
export function short(value: number): string {
  const rounded = Math.round(value * 10) / 10;
  return Object.is(rounded, -0) ? '0' : String(rounded);
}

/** How wide a text is, as far as that can be known without its font. */
export function textWidth(text: string, size = 11, isMono = false): number {
  let width = 0;
  for (const character of text) width += isMono ? monoWidth(character) : plainWidth(character);
  return width * size;
}

const WIDE = 0x1100;

/** East Asian characters and emoji are twice as wide. */
function monoWidth(character: string): number {
  return (character.codePointAt(0) ?? 0) >= WIDE ? 1.22 : 0.61;
}

function plainWidth(character: string): number {
  if ((character.codePointAt(0) ?? 0) >= WIDE) return 1.1;
  if (/[A-Z0-9→–]/.test(character)) return 0.66;
  return /[ijlt.,:;()'! ]/.test(character) ? 0.36 : 0.6;
}

/** A path, part by part. */
export interface Pen {
  readonly isEmpty: boolean;
  readonly d: string;
  line(x: number, y: number, ...points: number[]): void;
  rect(x: number, y: number, width: number, height: number): void;
  circle(x: number, y: number, radius: number): void;
  cross(x: number, y: number, size: number): void;
  add(d: string): void;
}

export function pen(): Pen {
  const parts: string[] = [];
  const add = (d: string): void => {
    parts.push(d);
  };
  return {
    get isEmpty() {
      return parts.length === 0;
    },
    get d() {
      return parts.join('');
    },
    add,
    line(x, y, ...points) {
      let d = `M${short(x)} ${short(y)}L`;
      for (let i = 0; i + 1 < points.length; i += 2) {
        d += `${i > 0 ? ' ' : ''}${short(points[i] as number)} ${short(points[i + 1] as number)}`;
      }
      add(d);
    },
    rect(x, y, width, height) {
      add(`M${short(x)} ${short(y)}h${short(width)}v${short(height)}h${short(-width)}z`);
    },
    circle(x, y, radius) {
      const arc = `a${short(radius)} ${short(radius)} 0 1 0 `;
      add(
        `M${short(x - radius)} ${short(y)}${arc}${short(2 * radius)} 0${arc}${short(-2 * radius)} 0z`,
      );
    },
    cross(x, y, size) {
      const d = `${short(2 * size)} ${short(2 * size)}`;
      add(
        `M${short(x - size)} ${short(y - size)}l${d}M${short(x + size)} ${short(y - size)}l-${d}`,
      );
    },
  };
}
