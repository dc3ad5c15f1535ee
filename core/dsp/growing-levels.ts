/** A list of numbers that grows, packed. */

const FIRST_LENGTH = 1024;

/** Numbers one after another in a typed array that doubles when it is full. */
export class GrowingLevels<T extends Int8Array | Float64Array> {
  readonly #create: new (
    length: number,
  ) => T;
  #values: T;
  #length = 0;

  /** `create`: the kind of array. */
  constructor(create: new (length: number) => T) {
    this.#create = create;
    this.#values = new create(FIRST_LENGTH);
  }

  /** Appends one. */
  add(value: number): void {
    if (this.#length === this.#values.length) {
      const longer = new this.#create(2 * this.#length);
      longer.set(this.#values);
      this.#values = longer;
    }
    this.#values[this.#length] = value;
    this.#length += 1;
  }

  /** A copy of all. */
  values(): T {
    return this.#values.slice(0, this.#length) as T;
  }
}
