import t from 'tap'
import { create_app } from './apps/s05_hooks.ts'
import { replay } from './replay.ts'

await replay(t, 's05_hooks', create_app)
