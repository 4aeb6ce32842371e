import type { ProgramPart } from '../commands/program.ts'

/** The shells that there is a script for. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const

/** A script that makes a shell ask `flagon completion` for the words that may follow. */
export function completionScript(shell: (typeof SHELLS)[number]): string {
  return SCRIPTS[shell]
}

/**
 * The words that may come next: names of commands, or, where the last word begins with a dash, options.
 *
 * @param words - all words behind `flagon`; the last is the one that is being typed, and may be empty.
 */
export function wordsFor(part: ProgramPart, words: readonly string[]): string[] {
  const typed = words.at(-1) ?? ''
  let current = part
  for (const word of words.slice(0, -1)) {
    const next = 'commands' in current ? current.commands.get(word) : undefined
    if (next !== undefined) current = next
  }
  const previous = words.at(-2)
  const choices = (current.options ?? []).find(({ text }) => flagsOf(text).includes(previous ?? ''))?.spec.choices
  return (choices ?? candidates(current, typed)).filter((word) => word.startsWith(typed)).sort()
}

function candidates(part: ProgramPart, typed: string): string[] {
  if (typed.startsWith('-')) {
    const visible = (part.options ?? []).filter(({ spec }) => !spec.hidden)
    return [...visible.flatMap(({ text }) => flagsOf(text)), '--help']
  }
  if ('commands' in part) return [...part.commands.values()].filter(({ hidden }) => !hidden).map(({ name }) => name)
  return part.parameters.flatMap(({ spec }) => spec.choices ?? [])
}

/** The flags of an option as it is declared: `-t, --times <n>`. */
function flagsOf(text: string): string[] {
  return text.split(/[ |,]+/).filter((word) => word.startsWith('-'))
}

// Where nothing is offered, the shell offers files.
const SCRIPTS = {
  bash: `_flagon() {
  local words=("\${COMP_WORDS[@]:1:COMP_CWORD}")
  mapfile -t COMPREPLY < <("\${COMP_WORDS[0]}" completion bash -- "\${words[@]}" 2>/dev/null)
}
complete -o default -F _flagon flagon
`,
  zsh: `#compdef flagon
_flagon() {
  local -a found
  found=("\${(@f)$("\${words[1]}" completion zsh -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -n "$found" ]]; then compadd -- $found; else _files; fi
}
compdef _flagon flagon
`,
  fish: `function __flagon_complete
    set -l words (commandline -opc) (commandline -ct)
    $words[1] completion fish -- $words[2..-1] 2>/dev/null
end
complete -c flagon -a '(__flagon_complete)'
`,
} as const
