import t from 'tap'
import { create_app } from './apps/s12_files.ts'
import { replay } from './replay.ts'

await replay(t, 's12_files', create_app)
