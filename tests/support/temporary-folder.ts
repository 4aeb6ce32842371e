import t from 'tap'

/** The folder that this process keeps its temporary files in; empty, unless a test leaves some. */
export const temporary: string = t.testdir()

process.env['TMPDIR'] = temporary
