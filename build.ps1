# The door to build.cs for PowerShell: ./build.ps1 VERB [options]
dotnet run --file "$PSScriptRoot/build.cs" -- @args
exit $LASTEXITCODE
