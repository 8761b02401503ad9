/** For Windows PowerShell 5 and PowerShell 7. */
export const powershellScript = `# PowerShell completion of wactl: wactl completion powershell >> $PROFILE
Register-ArgumentCompleter -Native -CommandName wactl -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    # An empty word is left out: Windows PowerShell would not pass it on.
    $words = @($commandAst.CommandElements | Select-Object -Skip 1 |
        Where-Object { $_.Extent.StartOffset -lt $cursorPosition } |
        ForEach-Object { "$_".Trim('"', "'") })
    $at = if ($wordToComplete -eq '') { $words.Count } else { $words.Count - 1 }
    $lines = @(wactl __complete $at @words 2>$null)
    foreach ($line in $lines) {
        if ($line.StartsWith(':')) { continue }
        $word, $about = $line -split ' ', 2
        if (-not $about) { $about = $word }
        [System.Management.Automation.CompletionResult]::new($word, $word, 'ParameterValue', $about)
    }
}
`;
