/** For zsh, sourced or as a file _wactl in fpath. */
export const zshScript = `#compdef wactl
# zsh completion of wactl: source <(wactl completion zsh)
_wactl() {
  local -a lines shown plain
  local line then_ value
  lines=("\${(@f)$(wactl __complete $((CURRENT - 2)) "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
  then_=$lines[-1]
  lines[-1]=()
  case $then_ in
    :files) _files; return ;;
    :directories) _files -/; return ;;
  esac
  for line in $lines; do
    value=\${line%% *}
    plain+=("$value")
    shown+=("\${value//:/\\\\:}:\${line#* }")
  done
  if [[ $then_ == :no-space ]]; then
    compadd -S '' -a plain
  else
    _describe wactl shown
  fi
}
if [[ $funcstack[1] == _wactl ]]; then
  _wactl "$@"
else
  compdef _wactl wactl
fi
`;
