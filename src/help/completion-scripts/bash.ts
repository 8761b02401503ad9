/** For bash from 3.2 on, without the package bash-completion. */
export const bashScript = `# bash completion of wactl: source <(wactl completion bash)
_wactl() {
  local words=() word line whole current typed then_ at
  # "--status=failed" comes as three words, which belong together.
  local glue=0
  for ((at = 1; at <= COMP_CWORD; at++)); do
    word=\${COMP_WORDS[at]}
    if [[ \${#words[@]} -gt 0 && ( $word == = || $glue == 1 ) ]]; then
      words[\${#words[@]}-1]+=$word
    else
      words+=("$word")
    fi
    glue=0
    [[ $word == = ]] && glue=1
  done
  current=\${COMP_WORDS[COMP_CWORD]}
  [[ $current == = ]] && current=
  whole=\${words[\${#words[@]}-1]}
  typed=\${whole%"$current"}
  COMPREPLY=()
  then_=:nothing
  while IFS= read -r line; do
    case $line in
      :*) then_=$line ;;
      ?*) word=\${line%% *}; COMPREPLY+=("\${word#"$typed"}") ;;
    esac
  done < <(wactl __complete $((\${#words[@]} - 1)) "\${words[@]}" 2>/dev/null)
  case $then_ in
    :files) compopt -o default 2>/dev/null || COMPREPLY=($(compgen -f -- "$current")) ;;
    :directories) compopt -o dirnames 2>/dev/null || COMPREPLY=($(compgen -d -- "$current")) ;;
    :no-space) compopt -o nospace 2>/dev/null ;;
  esac
}
complete -F _wactl wactl
`;
