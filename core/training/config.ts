/** From what a person asked for to the settings of a run. What each setting may be: config-fields.ts. */
import { AppError } from '../domain/errors.ts';
import type { PresetName, RunConfig } from '../domain/run.ts';
import { PRESET_NAMES } from '../model/presets.ts';
import {
  CHOICES,
  DEFAULTS,
  FLAGS,
  type NumberField,
  PRESET_DEFAULTS,
  QUICK,
  RANGES,
} from './config-fields.ts';
import { stepsPerEpoch } from './sampler.ts';

/** A copy of the defaults of a preset. */
export function defaultRunConfig(preset: PresetName = DEFAULTS.preset): RunConfig {
  return { ...DEFAULTS, ...PRESET_DEFAULTS[preset], preset, languageWeights: {} };
}

/** Settings of a run of about thirty steps that ends in minutes on every engine. */
export function quickRunConfig(): RunConfig {
  return { ...defaultRunConfig(), ...QUICK };
}

/**
 * The defaults of the asked preset with `changes` applied.
 * @throws AppError ARGUMENT_INVALID naming the field and what it may be; nothing has been started then.
 */
export function resolveRunConfig(changes: Partial<RunConfig> = {}): RunConfig {
  for (const name of Object.keys(changes)) {
    if (!Object.hasOwn(DEFAULTS, name)) {
      throw invalid(
        name,
        `There is no run setting "${name}". Known are ${Object.keys(DEFAULTS).join(', ')}.`,
      );
    }
  }
  const given = Object.entries(changes).filter(([, value]) => value !== undefined);
  const preset = changes.preset ?? DEFAULTS.preset;
  requireOneOf('preset', preset, PRESET_NAMES);
  const config: RunConfig = { ...defaultRunConfig(preset), ...Object.fromEntries(given) };
  for (const [name, choices] of Object.entries(CHOICES)) {
    requireOneOf(name, config[name as keyof typeof CHOICES], choices);
  }
  for (const name of Object.keys(RANGES) as NumberField[]) requireInRange(name, config[name]);
  for (const name of FLAGS) requireFlag(name, config[name]);
  requireText('startFrom', config.startFrom);
  requireWeights(config.languageWeights);
  return config;
}

/** Steps of a whole run. */
export function totalStepsOf(config: RunConfig, clipCount: number): number {
  return config.epochs * stepsPerEpoch(clipCount, config.batchSize);
}

function requireOneOf(name: string, value: unknown, choices: readonly string[]): void {
  if (typeof value === 'string' && choices.includes(value)) return;
  throw invalid(name, `${name} must be one of ${choices.join(', ')}, not ${JSON.stringify(value)}.`);
}

function requireFlag(name: string, value: unknown): void {
  if (typeof value === 'boolean') return;
  throw invalid(name, `${name} must be true or false, not ${JSON.stringify(value)}.`);
}

function requireText(name: string, value: unknown): void {
  if (typeof value === 'string') return;
  throw invalid(name, `${name} must be a text, not ${JSON.stringify(value)}.`);
}

function requireWeights(weights: unknown): void {
  const name = 'languageWeights';
  const isTable = typeof weights === 'object' && weights !== null && !Array.isArray(weights);
  const wrong = isTable
    ? Object.entries(weights).find(
        ([, weight]) => !(typeof weight === 'number' && weight >= 0 && weight <= 1e6),
      )
    : undefined;
  if (isTable && wrong === undefined) return;
  const found = JSON.stringify(wrong === undefined ? weights : Object.fromEntries([wrong]));
  throw invalid(name, `${name} must give each language a number from 0 to 1000000, not ${found}.`);
}

function requireInRange(name: NumberField, value: unknown): void {
  const { least, most, whole } = RANGES[name];
  const isNumber = typeof value === 'number' && value >= least && value <= most;
  if (isNumber && (whole === undefined || Number.isInteger(value))) return;
  const kind = whole === undefined ? 'a number' : 'a whole number';
  throw invalid(name, `${name} must be ${kind} from ${least} to ${most}, not ${JSON.stringify(value)}.`);
}

function invalid(field: string, sentence: string): AppError {
  return new AppError('ARGUMENT_INVALID', `${sentence} Nothing was started. Correct it and try again.`, {
    details: { field },
  });
}
