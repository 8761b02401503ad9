/** For fish from 3.0 on. */
export const fishScript = `# fish completion of wactl: wactl completion fish > ~/.config/fish/completions/wactl.fish
function __wactl_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l lines (wactl __complete (math (count $words) - 1) $words[2..-1] "$current" 2>/dev/null)
    test (count $lines) -gt 0; or return
    set -l then_ $lines[-1]
    set -e lines[-1]
    switch $then_
        case :files
            __fish_complete_path "$current"
        case :directories
            __fish_complete_directories "$current"
        case '*'
            for line in $lines
                string replace -r ' ' \\t -- $line
            end
    end
end
complete -c wactl -f -a '(__wactl_complete)'
`;
