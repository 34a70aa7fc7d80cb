// Numbers from and for a reader: bytes of a trait as numbers, and numbers as text, the same as mxlearn.drawing.scale.

/** Return the 32-bit floats of a binary trait, which arrives as a DataView with an offset of its own. */
export function floats(view: DataView | undefined): Float32Array {
  if (!view || view.byteLength === 0) return new Float32Array(0);
  if (view.byteOffset % 4 === 0) return new Float32Array(view.buffer as ArrayBuffer, view.byteOffset, view.byteLength >> 2);
  return new Float32Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength) as ArrayBuffer);
}

/** Return a number with so many significant digits: "0.25", "1200", "3.1e-7", "NaN", "∞". */
export function numberText(value: number, digits = 4): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "-∞";
  if (value === 0) return "0";
  const size = Math.abs(value);
  const trim = (text: string) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);
  if (size >= 1e-3 && size < 10 ** Math.max(digits, 5)) {
    return trim(value.toFixed(Math.max(digits - 1 - Math.floor(Math.log10(size)), 0)));
  }
  const [mantissa = "", exponent = ""] = value.toExponential(digits - 1).split("e");
  return `${trim(mantissa)}e${Number(exponent)}`;
}

/** Return a whole number with thin gaps between thousands: "1 200 000". */
export function countText(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, "\u202f");
}
