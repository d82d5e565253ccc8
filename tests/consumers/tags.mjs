// Tags of `<incode-flow>` that the compilers of the example apps must reject.
import assert from 'node:assert/strict'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'

export const WRONG_IN_REACT = {
  file: 'src/wrong.tsx',
  before: ['export const wrong = ['],
  tags: [
    "<incode-flow config={{ token: 't' }} />,",
    '<incode-flow onFinish={() => {}} />,',
    '<incode-flow onError={() => {}} />,',
    '<incode-flo />,',
  ],
  after: [']'],
}

/** vue-tsc can't see a missing `.prop`. */
export const WRONG_IN_VUE = {
  file: 'src/Wrong.vue',
  before: ['<template>'],
  tags: [
    '<incode-flow :confg.prop="{ token: \'t\' }" />',
    '<incode-flow :config.prop="{ tokn: \'t\' }" />',
    '<incode-flow :config.prop="{ token: 1 }" />',
    '<incode-flow :onFinished.prop="() => {}" />',
    '<incode-flow :onFinish.prop="(result: string) => result" />',
    '<incode-flow :onError.prop="(code: number) => code" />',
    '<incode-flow @finished="() => {}" />',
    '<incode-flow config="{}" />',
    '<incode-flo />',
  ],
  after: ['</template>'],
}

/** Names of events are not checked. */
export const WRONG_IN_ANGULAR = {
  file: 'src/wrong.ts',
  before: [
    "import { Component } from '@angular/core'",
    "import { IncodeFlow } from './incode-flow'",
    "@Component({ selector: 'app-wrong', imports: [IncodeFlow], template: `",
  ],
  tags: [
    '<incode-flow [confg]="undefined" [config]="undefined" [onFinish]="null" [onError]="null" />',
    '<incode-flow [config]="{ tokn: \'t\' }" [onFinish]="null" [onError]="null" />',
    '<incode-flow [config]="{ token: 1 }" [onFinish]="null" [onError]="null" />',
    '<incode-flow [config]="undefined" [onFinished]="null" [onFinish]="null" [onError]="null" />',
    '<incode-flow [config]="undefined" [onFinish]="1" [onError]="null" />',
    '<incode-flow [config]="undefined" [onFinish]="null" />',
    '<incode-flow config="{}" [onFinish]="null" [onError]="null" />',
    '<incode-flo />',
  ],
  after: ['`})', 'export class Wrong {}'],
}

/** Properties that the template loses, or would set too early. */
export const WRONG_IN_SVELTE = {
  file: 'src/lib/wrong.svelte',
  tags: [
    "<incode-flow config={{ token: 'a-token' }}></incode-flow>",
    '<incode-flow onFinish={() => {}}></incode-flow>',
    '<incode-flow onfinish={() => {}}></incode-flow>',
    '<incode-flow onError={() => {}}></incode-flow>',
    '<incode-flow onerror={() => {}}></incode-flow>',
  ],
}

/** Start of an error's line: `file(1,2)` by tsc, `file:1:2` by ngc, `time ERROR "file" 1:2` by svelte-check. */
const ERROR = /^(?:\d+ (?:ERROR|WARNING) ")?([^\s"(:]+)[":(] ?(\d+)[,:]\d+/gm

/** The project compiles, except a file where each tag is an error. `command` checks the types. */
export async function checkTypes(project, command, { file, before = [], tags, after = [] }) {
  const lines = [...before, ...tags, ...after]
  const path = join(project.folder, file)
  await writeFile(path, lines.join('\n'))
  const output = stripVTControlCharacters(await project.run(command).catch(({ message }) => message))
  await rm(path)
  const errors = Array.from(output.matchAll(ERROR), ([, name, line]) => ({ name, line: Number(line) }))
  for (const { name } of errors) assert.equal(name, file, output)
  const rejected = new Set(errors.map(({ line }) => lines[line - 1]))
  assert.deepEqual([...rejected].toSorted(), tags.toSorted(), output)
}
