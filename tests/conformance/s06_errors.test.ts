import t from 'tap'
import { create_app } from './apps/s06_errors.ts'
import { replay } from './replay.ts'

await replay(t, 's06_errors', create_app)
